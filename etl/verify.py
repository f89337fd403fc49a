"""Verification: a bundle is estimated and written anew, and compared with what it holds."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from etl.bundle import MANIFEST, build_bundle
from etl.errors import BadInput, EmotapeError
from etl.export import Choice
from etl.settings import Home
from etl.warehouse.published import Published, open_published

Report = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    """What came of a verification: how many files agree, and a sentence for each thing that does not."""

    n_files: int
    differences: tuple[str, ...]


def verify_bundle(home: Home, folder: Path, report: Report = lambda line: None) -> Verdict:
    """Compare a bundle with its manifest, and its manifest with what the warehouse gives now.

    Nothing is stored: estimates live in memory, and no file is written.

    Raises
    ------
    BadInput
        The folder is no bundle.
    EmotapeError
        The warehouse holds other data than the bundle was made from.
    """
    manifest = _read_manifest(folder)
    differences = list(_check_files(folder, manifest))
    with open_published(home) as published:
        data = str(published.query("publication")["fingerprint"][0])
        if data != manifest["data_version"]:
            raise EmotapeError(
                f"{folder} was made from data version {manifest['data_version'][:12]}; the warehouse holds "
                f"{data[:12]}; verify it against a warehouse with the same posts, prices and scores."
            )
        specs = json.loads((folder / "specs.json").read_text(encoding="utf-8"))
        differences += _compare_estimates(published, folder, specs, report)
        report("writing the files anew")
        choice = manifest["choice"] | {"formats": tuple(manifest["choice"]["formats"])}
        choice = {key: choice[key] for key in ("formats", "style", "stars", "below", "digits")}
        rebuilt = dict(
            build_bundle(published, Choice(**choice, figures=tuple(manifest["choice"]["figures"])))
        )
    hashes = {
        path: hashlib.sha256(content).hexdigest() for path, content in rebuilt.items() if path != MANIFEST
    }
    for path in sorted({*hashes, *manifest["files"]}):
        if hashes.get(path) != manifest["files"].get(path):
            differences.append(_explain(path, hashes, manifest["files"], manifest))
    return Verdict(len(manifest["files"]), tuple(dict.fromkeys(differences)))


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if missing := [key for key in ("data_version", "files", "choice") if key not in manifest]:
            raise ValueError(f"it has no {missing[0]}")
    except (OSError, ValueError, TypeError) as error:
        raise BadInput(
            f"{folder} is no bundle of emotape: its {MANIFEST} cannot be read ({error}). "
            "Make one with `emotape export DIR --bundle`."
        ) from error
    return manifest


def _check_files(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    for path, expected in manifest["files"].items():
        file = folder / path
        if not file.is_file():
            yield f"{path} is missing."
        elif hashlib.sha256(file.read_bytes()).hexdigest() != expected:
            yield f"{path} was changed since the bundle was made."


def _compare_estimates(
    published: Published, folder: Path, specs: list[dict[str, Any]], report: Report
) -> Iterator[str]:
    """Estimate every spec again and compare its terms with those in the bundle, to the last digit."""
    from etl.estimate import estimate_on, read_relations
    from models.estimation import EstimationError, Family
    from models.estimation.spec import read_spec

    stored = pl.read_csv(folder / "results" / "terms.csv", infer_schema_length=None)
    for family, tagger, rows in _by_family(specs):
        report(f"estimating {family} ({tagger})")
        specs_of_family = tuple(read_spec(json.dumps(row["spec"])) for row in rows)
        asked = Family(family, "", specs_of_family)
        try:
            terms = estimate_on(read_relations(published, asked, tagger), asked, tagger).terms()
        except EstimationError as error:
            yield f"{family} ({tagger}) can no longer be estimated: {error}"
            continue
        for row, spec in zip(rows, specs_of_family, strict=True):
            new = terms.filter(pl.col("column_no") == spec.column_no).select("term", "estimate", "std_error")
            old = stored.filter(pl.col("result_id") == row["result_id"]).select(
                "term", "estimate", "std_error"
            )
            if (difference := _differ(old, new)) is not None:
                yield f"{row['result_id']}: {difference}"


def _differ(old: pl.DataFrame, new: pl.DataFrame) -> str | None:
    if old["term"].to_list() != new["term"].to_list():
        return f"it has other terms now: {', '.join(new['term'])}."
    for column in ("estimate", "std_error"):
        before, after = (frame[column].cast(pl.Float64).to_list() for frame in (old, new))
        for term, a, b in zip(old["term"], before, after, strict=True):
            if a != b:
                return f"{column} of {term} was {a} and is {b}."
    return None


def _by_family(specs: list[dict[str, Any]]) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    pairs = dict.fromkeys((row["spec"]["family"], row["tagger"]) for row in specs)
    for family, tagger in pairs:
        rows = [row for row in specs if (row["spec"]["family"], row["tagger"]) == (family, tagger)]
        yield family, tagger, sorted(rows, key=lambda row: row["spec"]["column_no"])


def _explain(path: str, now: dict[str, str], then: dict[str, str], manifest: dict[str, Any]) -> str:
    if path not in now:
        return f"{path} is in the bundle and would not be written now."
    if path not in then:
        return f"{path} would be written now and is not in the bundle."
    drawn = " Images depend on the machine's Chromium and fonts." if path.startswith("figures/") else ""
    return f"{path} comes out differently (the bundle was made by emotape {manifest['emotape']}).{drawn}"
