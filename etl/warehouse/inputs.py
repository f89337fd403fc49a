"""What a build is a function of, in one word: equal inputs make equal marts, so nothing need be built."""

import hashlib

import duckdb

from etl.version import SCHEMA_VERSION, code_version
from etl.warehouse.sql_files import list_sql, read_sql
from models.posts import TRAITS_VERSION

# The rules of the marts; queries only read them.
RULES = ("staging", "marts", "checks")


def read_inputs(store: duckdb.DuckDBPyConnection) -> str:
    """Return a word that changes with the store's content, with the rules of the marts and with the code.

    It is read from counters and short tables, not from the posts, so that it costs the same for any number.
    """
    ((content,),) = store.execute(read_sql("queries", "store_inputs").text).fetchall()
    rules = hashlib.sha256()
    for folder in RULES:
        for name in list_sql(folder):
            rules.update(read_sql(folder, name).text.encode())
    of_code = f"{code_version()} {SCHEMA_VERSION} {TRAITS_VERSION} {rules.hexdigest()}"
    return hashlib.sha256(f"{content} {of_code}".encode()).hexdigest()[:16]
