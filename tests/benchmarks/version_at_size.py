"""A published version of any number of firm-days, by plain SQL: what regressions read, and no texts."""

from pathlib import Path

import duckdb

from etl.settings import open_home
from etl.version import SCHEMA_VERSION, code_version
from etl.warehouse.versions import POST_FILES

PANEL = Path(__file__).with_name("panel_at_size.sql")

# A hash of several numbers is nearly linear in them, so it is hashed again. 53 bits of it are a number in
# [0, 1), and two of those make a normal one (Box and Muller 1958).
MACROS = """
create macro uniform(f, s, k) as (hash(hash(f, s, k)) >> 11)::double / 9007199254740992;
create macro normal(f, s, k) as
    sqrt(-2 * ln(1 - uniform(f, s, k))) * cos(2 * pi() * uniform(f, s, k + 100));
create macro is_talked_about(f, s, w, p) as uniform(f, s, 10 * w) < p;
create macro n_posts(f, s, w, talked) as
    if(talked, 1 + floor(-3 * ln(1 - uniform(f, s, 200 + w)))::bigint, 0);
create macro observed(f, s, w, n) as
    if(s < n - 100, null, if(uniform(f, s, 210 + w) < 0.02, 0.7, 1.0))::double;
create macro exponential(f, s, k) as -ln(1 - uniform(f, s, k));
create macro share_of(f, s, w) as list_transform(
    [exponential(f, s, 20 * w + e) for e in [301, 302, 303, 304, 305, 306, 307]],
    lambda x: x / (
        exponential(f, s, 20 * w + 301) + exponential(f, s, 20 * w + 302) + exponential(f, s, 20 * w + 303)
        + exponential(f, s, 20 * w + 304) + exponential(f, s, 20 * w + 305) + exponential(f, s, 20 * w + 306)
        + exponential(f, s, 20 * w + 307)
    )
);
"""


def publish_at_size(folder: Path, firms: int, sessions: int, talked_about: float) -> Path:
    """Publish a panel in a home made anew in `folder`, and return the home's path.

    Parameters
    ----------
    talked_about
        0 to 1: the chance of posts in a window falls from 1 to its square from firm to firm.
    """
    home = open_home(folder)
    version = home.published / "000001"
    version.mkdir(parents=True)
    connection = duckdb.connect(str(version / "market.duckdb"), config={"memory_limit": "2GB"})
    try:
        connection.execute(MACROS)
        drawn = PANEL.read_text(encoding="utf-8")
        for name, value in (("firms", firms), ("sessions", sessions), ("talked", talked_about)):
            drawn = drawn.replace(f"${name}", repr(value))
        connection.execute(f"create table panel as {drawn}")
        connection.execute(
            "create table sessions as select distinct session, session_no from panel order by session"
        )
        connection.execute(
            "create table publication as select now()::timestamp as built_at, $code as code_version,"
            " $schema as schema_version, 'simulated' as inputs, 'a panel by size' as fingerprint,"
            " true as simulated, (select sum(pre_open_posts_seen) from panel)::bigint as n_posts,"
            " ['linear simulated'] as taggers",
            {"code": code_version(), "schema": SCHEMA_VERSION},
        )
        for relation in POST_FILES:
            (version / relation).mkdir()
            file = version / relation / "none.parquet"
            # Regressions read no post, but a version has the files.
            connection.execute(
                "copy (select 'none' as tagger, 'none' as source, 'none' as post_id where false)"
                f" to '{file}' (format parquet)"
            )
    finally:
        connection.close()
    (home.published / "current").write_text("000001\n", encoding="ascii")
    return home.path
