"""What docs/scale.md says is computed, and what it shows for Spark runs."""

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest
from engines.segments import posts

from models.tagger import load_tagger, score
from models.tagger.record_batches import KEY

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "scale.md").read_text()
CALCULATION, ON_SPARK = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)


def test_the_table_is_what_the_calculation_gives():
    names: dict[str, object] = {}
    exec(CALCULATION, names)
    expected = [
        names["row"](n, tagger) for tagger in names["SCORES"] for n in (1_000_000, 30_000_000, 550_000_000)
    ]
    assert re.findall(r"^\| (?:linear|DistilBERT-sized) \|.+$", PAGE, re.MULTILINE) == expected
    assert f"cost at {names['PRICE']} a core-hour" in PAGE


def test_core_hours_are_those_of_the_formula():
    names: dict[str, object] = {}
    exec(CALCULATION, names)
    names["SCORES"]["by hand"], names["TRAITS"] = 2_000, 1_000
    # Three million posts: 1,500 s and 3,000 s.
    assert names["core_hours"](3_000_000, "by hand") == pytest.approx(1.25)


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("pyspark"), reason="needs the package pyspark, which emotape does not use")
@pytest.mark.skipif(not shutil.which("java"), reason="Spark needs java")
def test_the_lines_for_spark_give_the_scores_of_the_tagger(tmp_path, monkeypatch):
    month = tmp_path / "posts" / "2024-01"
    month.mkdir(parents=True)
    for n in range(2):
        posts(3_000, n * 3_000).write_parquet(month / f"{n:06}.parquet", row_group_size=1_000)
    pl.DataFrame({"emotion": ["sad"]}).write_parquet(month / "000000.scores-linear.parquet")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    done = subprocess.run(
        [sys.executable, "-c", ON_SPARK], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    segment = posts(6_000)
    expected = segment.select(KEY).hstack(score(load_tagger("linear"), segment["body"]))
    scored = pl.read_parquet(tmp_path / "scores" / "*.parquet").with_columns(
        pl.col("body_hash").cast(pl.UInt64)
    )
    assert scored.sort("body_hash").equals(expected.sort("body_hash"))
