"""The tagger's confusion: what is shipped, what is refused, and its fractional powers."""

import re
from importlib.resources import files
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from scipy.linalg import fractional_matrix_power
from truths.measurement import confusion_of, counts_of

from etl.warehouse.sql_files import read_sql
from models.emotions import EMOTIONS
from models.estimation import EstimationError
from models.measurement.confusion import find_generator, read_confusion, shipped_confusion, tabulate_confusion

QUERY = Path(__file__).resolve().parents[2] / "sql" / "queries" / "confusion.sql"
# Three classes that follow one another in a ring: a known matrix without a generator.
RING = np.array([[0.7, 0.3, 0.0], [0.0, 0.7, 0.3], [0.3, 0.0, 0.7]])


def test_the_shipped_counts_are_those_of_the_model_card():
    card = (files("models.tagger") / "CARD.md").read_text(encoding="utf-8")
    section = card.split("## Confusion")[1].split("##")[0]
    cells = re.findall(rf"^\| ({'|'.join(EMOTIONS)}) \| (.+) \|$", section, flags=re.MULTILINE)
    assert [emotion for emotion, _ in cells] == list(EMOTIONS)
    counts = np.array([[int(n) for n in row.split(" | ")] for _, row in cells])
    assert shipped_confusion("linear").equals(tabulate_confusion(counts))
    assert shipped_confusion("linear")["n"].sum() == 8_000


def test_rows_of_the_matrix_are_what_becomes_of_an_emotion():
    confusion = read_confusion(shipped_confusion("linear"), "linear")
    assert confusion.n_posts == 8_000
    np.testing.assert_allclose(confusion.matrix.sum(axis=1), 1, rtol=1e-15)
    assert confusion.matrix[0, 0] == 2364 / 2834  # the recall of neutral
    assert confusion.matrix[6, 1] == 164 / 838  # fear that is tagged happy


def test_other_taggers_have_no_known_confusion():
    assert shipped_confusion("vader") is None
    with pytest.raises(EstimationError, match="confusion of the tagger 'vader' is not known"):
        read_confusion(shipped_confusion("vader"), "vader")


def alike() -> pl.DataFrame:
    matrix = confusion_of(0.8)
    matrix[2] = matrix[3]
    return counts_of(matrix)


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        (counts_of(np.eye(7)).clear(), "not known"),
        (counts_of(np.eye(7)).drop("tagged"), "no column tagged"),
        (counts_of(np.eye(7)).with_columns(true=pl.lit("joy")), "names joy"),
        (counts_of(np.eye(7)).filter(pl.col("true") != "fear"), "truly fear"),
        (alike(), "tagged alike"),
    ],
)
def test_counts_that_cannot_be_used_are_refused_with_the_reason(counts, says):
    with pytest.raises(EstimationError, match=says):
        read_confusion(counts, "t")


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.5, 2.0])
def test_powers_of_two_classes_equal_the_algebra(exponent):
    """With errors a and b, d = 1 - a - b: the power x has the errors (1 - d^x) a / (a + b), of b alike."""
    a, b = 0.2, 0.1
    lost = 1 - (1 - a - b) ** exponent
    expected = np.array([[1 - lost * a / 0.3, lost * a / 0.3], [lost * b / 0.3, 1 - lost * b / 0.3]])
    generator = find_generator(np.array([[1 - a, a], [b, 1 - b]]))
    assert generator.distance == 0
    np.testing.assert_allclose(generator.power(exponent), expected, atol=1e-14)


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.5, 2.0])
def test_powers_of_the_shipped_confusion_equal_scipy_and_are_stochastic(exponent):
    matrix = read_confusion(shipped_confusion("linear"), "linear").matrix
    generator = find_generator(matrix)
    assert generator.distance == 0
    power = generator.power(exponent)
    np.testing.assert_allclose(power, fractional_matrix_power(matrix, exponent), atol=1e-13)
    assert power.min() >= 0


def test_a_matrix_without_generator_is_replaced_by_a_near_one_whose_powers_are_stochastic():
    assert fractional_matrix_power(RING, 0.5).min() < -0.01  # its root would have negative probabilities
    generator = find_generator(RING)
    assert generator.distance == pytest.approx(0.058, abs=0.001)
    for exponent in (0.1, 0.5, 1.5):
        power = generator.power(exponent)
        assert power.min() >= 0
        np.testing.assert_allclose(power.sum(axis=1), 1)
    np.testing.assert_allclose(generator.power(1.0), RING, atol=generator.distance * 1.01)


def test_powers_of_the_identity_are_the_identity_to_the_last_bit():
    assert np.array_equal(find_generator(np.eye(7)).power(1.5), np.eye(7))


def test_a_tagger_that_is_wrong_more_often_than_right_has_no_powers():
    with pytest.raises(EstimationError, match="no real logarithm"):
        find_generator(np.array([[0.3, 0.7], [0.7, 0.3]]))


def test_the_warehouse_counts_the_confusion_against_the_true_emotions():
    con = duckdb.connect()
    con.sql("create table scored_posts (tagger text, source text, post_id text, emotion text)")
    con.sql(
        "insert into scored_posts values ('truth', 's', '1', 'happy'), ('truth', 's', '2', 'happy'),"
        " ('truth', 's', '3', 'fear'), ('linear', 's', '1', 'happy'), ('linear', 's', '2', 'neutral'),"
        " ('linear', 's', '3', 'fear'), ('linear', 's', '4', 'sad'), ('vader', 's', '1', 'sad')"
    )
    pairs = read_sql("marts", "tagger_pairs").text
    con.execute(f"create table tagger_pairs as {pairs}", {"period": "all"})
    counted = con.sql(QUERY.read_text(), params={"tagger": "linear"}).pl()
    assert counted.rows() == [("fear", "fear", 1), ("happy", "happy", 1), ("happy", "neutral", 1)]
    con.sql("delete from tagger_pairs where tagger_b = 'truth'")
    assert con.sql(QUERY.read_text(), params={"tagger": "linear"}).pl().is_empty()
