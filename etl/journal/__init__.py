"""The journal: what the runs of a home did, beside the store and readable while the store is written."""

from etl.journal.journal import Journal, open_journal
from etl.journal.steps import Counts, Step

__all__ = ["Counts", "Journal", "Step", "open_journal"]
