"""What regressions read of a version is enough: numbers and reasons are those of the whole panel."""

from dataclasses import replace

import polars as pl
import pytest
from benchmarks.version_at_size import publish_at_size

from etl.estimate import estimate_on, read_relations
from etl.relations import Relations
from etl.warehouse import published as module
from etl.warehouse.published import Published
from etl.warehouse.versions import Version
from models.estimation import FAMILIES, EstimationError, Family, Sample, estimate_family
from models.estimation.families.predictive import PREDICTIVE
from models.estimation.sample import select_rows


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    home = publish_at_size(tmp_path_factory.mktemp("drawn") / "home", 60, 130, 0.6)
    opened = Published(Version(home / "published" / "000001"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def panel(published) -> pl.DataFrame:
    return published.query("panel", tagger="linear")


def test_rows_that_are_streamed_are_those_of_the_query_in_its_order(published, panel, monkeypatch):
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 1_000)
    parts = list(published.stream("panel", tagger="linear"))
    assert len(parts) > 1
    assert pl.concat(parts).equals(panel)
    assert not list(published.stream("panel", tagger="none"))


@pytest.mark.parametrize("family", ["predictive", "contemporaneous", "interactions", "persistence"])
def test_a_sample_from_what_is_read_is_that_of_the_whole_panel(published, panel, family):
    relations = Relations(published, ["panel"], "linear")
    for spec in FAMILIES[family].specs:
        if spec.estimator != "least_squares":
            continue
        read = relations.needed_by([spec])
        assert read["panel"].width < panel.width / 2
        assert select_rows(spec, read).equals(select_rows(spec, {"panel": panel}))


def test_rows_without_posts_are_not_read_where_a_sample_does_not_need_them(published, panel):
    relations = Relations(published, ["panel"], "linear")
    few = relations.needed_by([PREDICTIVE.specs[3]])["panel"]
    assert few.height < panel.height / 2
    ahead = replace(PREDICTIVE.specs[0], outcome="ret_oc_cum2")
    assert relations.needed_by([ahead])["panel"].height == panel.height


def test_estimates_and_reasons_are_those_of_the_whole_panel_to_the_last_digit(published, panel):
    impossible = replace(PREDICTIVE.specs[0], column_no=9, sample=Sample(min_posts=10_000))
    never = replace(PREDICTIVE.specs[0], column_no=10, sample=Sample(start="2099-01-01"))
    family = replace(PREDICTIVE, specs=(*PREDICTIVE.specs, impossible, never))
    got = estimate_on(read_relations(published, family, "linear"), family, "linear")
    known = estimate_family(family, panel)
    assert got.terms().equals(known.terms())
    assert got.models().equals(known.models())
    assert got.models()["n_uncovered"].min() > 0
    assert [one.reason for one in got.unestimated] == [one.reason for one in known.unestimated]
    assert f"0 of {panel.height:,} firm-days" in got.unestimated[0].reason


def test_where_nothing_can_be_estimated_the_reason_counts_the_whole_panel(published, panel):
    family = Family("none", "", (replace(PREDICTIVE.specs[0], sample=Sample(min_posts=10_000)),))
    with pytest.raises(EstimationError, match=f"0 of {panel.height:,} firm-days have at least 10000 posts"):
        estimate_on(read_relations(published, family, "linear"), family, "linear")
