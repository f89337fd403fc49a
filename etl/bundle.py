"""The bundle: all that is stored, as a folder that a paper can cite and a reader can rebuild."""

import hashlib
import importlib.metadata
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from etl.export import Choice, read_stored, render_stored
from etl.settings import Home
from etl.version import code_version
from etl.warehouse.published import Published, open_published
from etl.whole_files import write_all

MANIFEST = "manifest.json"
# Libraries whose version may move the last digits of a number.
NUMERIC_LIBRARIES = ("numpy", "polars", "pyfixest", "scipy", "statsmodels")
CITATION = (
    "emotape {version}: the emotional tape of the stock market. Tables and figures made from data version "
    "{data} with {taggers}. It follows D. Vamossy and R. Skog, EmTract (arXiv 2112.03868)."
)


def write_bundle(home: Home, folder: Path, choice: Choice, force: bool = False) -> list[Path]:
    """Write tables, figures, specs, results and how to rebuild them; return the files.

    Equal data, code and choices give equal bytes.

    Raises
    ------
    EmotapeError
        Nothing is stored yet, a figure needs a browser that is not there, or a file would be overwritten.
    """
    with open_published(home) as published:
        files = dict(build_bundle(published, choice))
    return write_all(folder, files, force)


def build_bundle(published: Published, choice: Choice) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the content of every file of a bundle."""
    models, terms = read_stored(published)
    files = dict(render_stored(published, choice))
    files["results/models.csv"] = _as_csv(models)
    files["results/terms.csv"] = _as_csv(terms)
    files["specs.json"] = _as_json(_specs(models))
    files.update(_write_own_families(models))
    facts = _facts(published, models, choice)
    files["CITATION.txt"] = f"{facts['citation']}\n".encode()
    files["rebuild.sh"] = _rebuild(facts, models).encode()
    files["README.md"] = _readme(facts, models, sorted(files)).encode()
    yield from sorted(files.items())
    facts["files"] = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
    yield MANIFEST, _as_json(facts)


def _as_json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n").encode()


def _as_csv(frame: pl.DataFrame) -> bytes:
    """Write full precision; the moment of estimation is no result."""
    return frame.drop("estimated_at", strict=False).write_csv(line_terminator="\n").encode()


def _specs(models: pl.DataFrame) -> list[dict[str, Any]]:
    if "spec" not in models.columns:
        return []
    rows = models.select("result_id", "tagger", "spec").drop_nulls("spec").sort("result_id")
    return [row | {"spec": json.loads(row["spec"])} for row in rows.to_dicts()]


def _facts(published: Published, models: pl.DataFrame, choice: Choice) -> dict[str, Any]:
    publication = published.query("publication").row(0, named=True)
    data = str(publication["fingerprint"])
    return {
        "emotape": code_version(),
        "data_version": data,
        "simulated": publication["simulated"],
        "posts": publication["n_posts"],
        "prices": publication["n_prices"],
        "taggers": sorted(publication["taggers"]),
        "choice": choice.as_dict(),
        "libraries": {name: importlib.metadata.version(name) for name in NUMERIC_LIBRARIES},
        "estimated_from": sorted(set(models["data_version"].drop_nulls().to_list())),
        "citation": CITATION.format(
            version=code_version(), data=data[:12], taggers=", ".join(sorted(set(models["tagger"].to_list())))
        ),
    }


def _commands(facts: Mapping[str, Any], models: pl.DataFrame) -> list[str]:
    """Return the commands that estimate and write the bundle anew, on a warehouse with the same data."""
    own = _own_families(models)
    commands = [
        # Exit 3 says that some columns lack data, as they did when the bundle was made.
        f"emotape regress {' '.join(families)} --tagger {tagger} || test $? -eq 3"
        for tagger, families in _families_by_tagger(models.filter(~pl.col("family").is_in(own)))
    ]
    pairs = (
        models.filter(pl.col("family").is_in(own))
        .select("family", "tagger")
        .unique()
        .sort("family", "tagger")
    )
    commands += [
        f"emotape regress --specs specs/{name}.toml --tagger {tagger}" for name, tagger in pairs.iter_rows()
    ]
    return [
        *commands,
        f"emotape export . --bundle {' '.join(facts['choice']['arguments'])} --force".replace("  ", " "),
    ]


def _own_families(models: pl.DataFrame) -> list[str]:
    """Return the stored families that an analyst wrote."""
    from models.estimation import FAMILIES

    return sorted(set(models["family"].to_list()) - set(FAMILIES))


def _write_own_families(models: pl.DataFrame) -> Iterator[tuple[str, bytes]]:
    """Yield each of an analyst's families as a file that `emotape regress --specs` reads."""
    from models.estimation.own_written import write_family
    from models.estimation.spec import Family, read_spec

    for name in _own_families(models):
        of_family = (
            models.filter(pl.col("family") == name)
            .sort("tagger", "column_no")
            .unique("column_no", keep="first", maintain_order=True)
        )
        specs = tuple(read_spec(text) for text in of_family["spec"])
        yield f"specs/{name}.toml", write_family(Family(name, of_family["explanation"][0], specs)).encode()


def _families_by_tagger(models: pl.DataFrame) -> list[tuple[str, list[str]]]:
    pairs = models.select("tagger", "family").unique().sort("tagger", "family")
    return [
        (str(tagger), group["family"].to_list())
        for (tagger,), group in pairs.group_by("tagger", maintain_order=True)
    ]


def _rebuild(facts: Mapping[str, Any], models: pl.DataFrame) -> str:
    head = [
        "#!/bin/sh",
        "# Estimates and writes this folder anew, in a warehouse that holds the same data:",
        f"# data version {facts['data_version']}, emotape {facts['emotape']}.",
        "set -e",
    ]
    return "\n".join([*head, *_commands(facts, models), ""])


def _readme(facts: Mapping[str, Any], models: pl.DataFrame, files: list[str]) -> str:
    families = models.select("family", "tagger").unique().sort("family", "tagger").rows()
    simulated = "**The data are simulated: nothing here is a finding about a market.**\n\n" * bool(
        facts["simulated"]
    )
    listed = "\n".join(f"- `{family}` ({tagger})" for family, tagger in families)
    commands = "\n".join(_commands(facts, models))
    made = (
        f"Made by emotape {facts['emotape']} from {facts['posts']:,} posts and {facts['prices']:,} prices, "
        f"data version `{facts['data_version']}`, scored by {', '.join(facts['taggers'])}."
    )
    here = (
        f"{len(files) + 2} files: tables in `tables/`, figures in `figures/`, every number in full in "
        "`results/`, the specs of all regressions in `specs.json`, and in `manifest.json` each file's hash "
        "with the versions of what made it."
    )
    sections = [
        f"# Tables and figures of emotape\n\n{simulated}{made}",
        f"## What is here\n\n{here}\n\n{listed}",
        f"## To rebuild\n\nIn a warehouse with the same data:\n\n```sh\n{commands}\n```",
        "`emotape verify DIR` estimates everything again and compares this folder with what comes out.",
        f"## To cite\n\n{facts['citation']}\n",
    ]
    return "\n\n".join(sections)
