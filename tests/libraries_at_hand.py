"""What the process imports from which `processes.py` forks: whatever starts no thread that computes."""

import importlib
import pkgutil
from contextlib import suppress

import etl
import models
from models.sessions import EXCHANGE, calendar_of_years

LIBRARIES = (
    "certifi",
    "cloudpickle",
    "docx",
    "duckdb",
    "emoji",
    "exchange_calendars",
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "pyfixest",
    "requests",
    "scipy.stats",
    "xlsxwriter",
    "zstandard",
)
# The last years of the markets that tests write.
YEARS = (2016, 2026)

for package in (etl, models):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            # A module that cannot be imported here is the matter of who imports it.
            with suppress(Exception):
                importlib.import_module(module.name)
for library in LIBRARIES:
    importlib.import_module(library)
for year in YEARS:
    calendar_of_years(EXCHANGE, 1989, year)
