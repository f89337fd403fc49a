"""The dashboard's questions to the published version, one function a query, a module a page.

Answers are cached by version and parameters. A published version never changes, so a cached answer
is never stale: a newer version is a new key.
"""

from dashboard.queries.edition import Edition, VersionUnreadable, current_edition, is_anything_published
from dashboard.queries.market import (
    read_mood,
    read_most_posted,
    read_mover_paths,
    read_movers,
    read_posted_span,
    read_publication,
    read_symbol_sessions,
    read_symbols,
    read_taggers,
    read_volume,
)
from dashboard.queries.results import read_models, read_terms
from dashboard.queries.ticker import (
    Wanted,
    read_post_text,
    read_session_texts,
    read_ticker_comparison,
    read_ticker_events,
    read_ticker_facts,
    read_ticker_posts,
    read_ticker_sessions,
)

__all__ = [
    "Edition",
    "VersionUnreadable",
    "Wanted",
    "current_edition",
    "is_anything_published",
    "read_models",
    "read_mood",
    "read_most_posted",
    "read_mover_paths",
    "read_movers",
    "read_post_text",
    "read_posted_span",
    "read_publication",
    "read_session_texts",
    "read_symbol_sessions",
    "read_symbols",
    "read_taggers",
    "read_terms",
    "read_ticker_comparison",
    "read_ticker_events",
    "read_ticker_facts",
    "read_ticker_posts",
    "read_ticker_sessions",
    "read_volume",
]
