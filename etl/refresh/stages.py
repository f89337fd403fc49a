"""What follows the sources: tag, build, regress, and publish it all in one step."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from etl.configuration.sections import Build
from etl.errors import EmotapeError, NothingPublished
from etl.refresh.recorder import Recorder
from etl.settings import Home
from etl.version import code_version
from etl.warehouse.build import build_market, is_empty
from etl.warehouse.influence import (
    NO_INFLUENCE,
    Influence,
    are_alike,
    put_influence_in_place,
    read_influence,
)
from etl.warehouse.inputs import read_inputs
from etl.warehouse.published import Published, open_published
from etl.warehouse.results import Results, are_equal, put_in_place, read_results, write_results
from etl.warehouse.versions import Version, find_leftovers, prepare_folder, publish

if TYPE_CHECKING:
    from etl.estimate import Made

Report = Callable[[str], None]
BUILD = Build()


@contextmanager
def clearing_leftovers(home: Home) -> Iterator[None]:
    """Remove versions that were never finished, before the block and after it: they may fill the disk."""
    _clear_leftovers(home)
    try:
        yield
    finally:
        _clear_leftovers(home)


def _clear_leftovers(home: Home) -> None:
    for leftover in find_leftovers(home):
        shutil.rmtree(leftover, ignore_errors=True)


def tag_new(
    store: duckdb.DuckDBPyConnection,
    tagger_name: str,
    recorder: Recorder,
    report: Report,
    build: Build = BUILD,
) -> None:
    """Score and describe every post that is new or changed; each batch is committed.

    Months of a store that has grown large are then moved into files of their own.
    """
    from etl.taggers import open_tagger
    from etl.warehouse.describing import describe_stored_posts
    from etl.warehouse.segments.deriving import Machinery
    from etl.warehouse.segments.folding import fold
    from etl.warehouse.tagging import score_posts

    machinery = Machinery(build.engine, build.memory)

    def committed(posts: int) -> None:
        report(f"tagging: {posts:,} posts")
        recorder.clock.check()

    with recorder.step("tag") as step:
        step.counts.rows_new = score_posts(
            store, open_tagger(tagger_name), committed, opened_by=tagger_name, machinery=machinery
        )
        described = describe_stored_posts(store, committed, machinery)
        fold(store, lambda posts: recorder.clock.check())
        if not step.counts.rows_new and not described:
            step.outcome = "unchanged"


def build_and_publish(
    store: duckdb.DuckDBPyConnection,
    home: Home,
    tagger_name: str,
    families: Sequence[str],
    kept: int,
    recorder: Recorder,
    report: Report,
) -> Version | None:
    """Build what is new, estimate on it, and publish both as one version; None where nothing is new.

    Readers see the old version until the new one is whole, estimates included. A build that breaks a
    promise is not published, and nothing is estimated then.

    Raises
    ------
    Stopped
        Somebody asked the run to stop. The version before stays the current one.
    """
    old: Results | None = None
    folder: Path | None = None
    with recorder.step("build") as step:
        if is_empty(store):
            step.outcome, step.reason = "skipped", "The warehouse has neither posts nor prices yet."
        elif read_inputs(store) == _published_inputs(home):
            step.outcome, old = "unchanged", _old_results(home)
        else:
            folder = prepare_folder(home)
            build_market(store, home, folder, lambda name: _between_relations(name, recorder, report))
            old = _old_results(home)
    if old is None:
        return None
    influence = _old_influence(home)
    new, found = _estimate(home, folder, old, influence, tagger_name, families, recorder, report)
    if folder is None and are_equal(new, old) and are_alike(found, influence):
        return None
    version: Version | None = None
    with recorder.step("publish") as step:
        folder = folder or prepare_folder(home)
        if new[0].width:
            write_results(folder, new, found)
        version = publish(home, folder, kept)
        step.subject = f"version {version.number}"
    return version


def _between_relations(name: str, recorder: Recorder, report: Report) -> None:
    report(f"building {name}")
    recorder.clock.check()


def _published_inputs(home: Home) -> str | None:
    try:
        with open_published(home) as published:
            return str(published.query("publication")["inputs"][0])
    except NothingPublished:
        return None


def _old_results(home: Home) -> Results:
    import polars as pl

    try:
        with open_published(home) as published:
            return read_results(published)
    except NothingPublished:
        return pl.DataFrame(), pl.DataFrame()


def _old_influence(home: Home) -> Influence:
    try:
        with open_published(home) as published:
            return read_influence(published)
    except NothingPublished:
        return NO_INFLUENCE


def _estimate(
    home: Home,
    folder: Path | None,
    results: Results,
    influence: Influence,
    tagger_name: str,
    families: Sequence[str],
    recorder: Recorder,
    report: Report,
) -> tuple[Results, Influence]:
    """Estimate the families whose stored results are of other data or other code, one step a family."""
    from etl.warehouse.versions import current_version
    from models.tagger import stored_name

    tagger = stored_name(tagger_name)
    published = Published(Version(folder) if folder else current_version(home))
    try:
        for family in families:
            report(f"estimating {family}")
            with recorder.step("regress", subject=family) as step:
                if _is_fresh(published, results, family, tagger):
                    step.outcome = "unchanged"
                    continue
                made, reasons = _estimate_family(published, family, tagger)
                step.reason = " ".join(reasons) or None
                if made is None:
                    step.outcome = "skipped"
                else:
                    results = put_in_place(results, made.models, made.terms)
                    stays = results[0].join(made.models, on=["family", "tagger"], how="anti")
                    influence = put_influence_in_place(influence, made.influence, stays)
            recorder.clock.check()
    finally:
        published.close()
    return results, influence


def _is_fresh(published: Published, results: Results, family: str, tagger: str) -> bool:
    models, _ = results
    if models.is_empty():
        return False
    import polars as pl

    fingerprint = str(published.query("publication")["fingerprint"][0])
    stored = models.filter((pl.col("family") == family) & (pl.col("tagger") == tagger))
    return (
        stored.height > 0
        and stored.select(
            ((pl.col("data_version") == fingerprint[:12]) & (pl.col("code_version") == code_version())).all()
        ).item()
    )


def _estimate_family(published: Published, family: str, tagger: str) -> tuple["Made | None", list[str]]:
    """Estimate a family; where the data do not suffice yet, say why: that is no failure of the run."""
    from etl.estimate import estimate
    from models.estimation import FAMILIES

    try:
        made = estimate(published, FAMILIES[family], tagger, influence=True)
    except EmotapeError as error:
        return None, [str(error)]
    return made, [f"Not estimated: {reason}" for reason in made.unestimated]
