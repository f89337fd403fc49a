"""An analyst's own family: tables of a TOML file become specs, or sentences on all that is wrong."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from models.estimation.estimators import ESTIMATORS
from models.estimation.own_terms import explain_unknown, factors, is_contemporaneous, is_of_part, looks_ahead
from models.estimation.own_values import COLUMN, SAMPLE, Reader, show, suggest, text
from models.estimation.spec import Family, Sample, Spec

TABLES = ("family", "defaults", "column")
TERMS = ("regressors", "controls")
VARIABLES = ("outcome", *TERMS, "weights", "needs", "winsorised")  # the keys whose values name variables
FAMILY = {"name": text, "explanation": text}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_RETURN = re.compile(r"ret_\w+")


class OwnSpecsError(ValueError):
    """What is wrong with an analyst's specs: a sentence each, all of them at once."""

    def __init__(self, problems: Collection[str]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(self.problems))


def parse_family(
    tables: Mapping[str, Any], known_columns: Collection[str], built_in_names: Collection[str]
) -> Family:
    """Turn the tables of a file into a family.

    `[family]` has a name and an explanation; each `[[column]]` is a spec, whose keys are those of `Spec`
    and, in a table `sample` or beside them, those of `Sample`; `[defaults]` holds keys for all columns.
    Without `winsorised` the sample's winsorising applies to all variables of a column that are returns.

    Parameters
    ----------
    tables
        What `tomllib` read.
    known_columns
        The variables of the panel.
    built_in_names
        Names of families that may not be used again.

    Raises
    ------
    OwnSpecsError
        With a sentence for each problem.
    """
    problems = [f"{show(key)}: unknown table; {suggest(key, TABLES)}." for key in tables if key not in TABLES]
    facts = _read_table(tables.get("family", {}), "[family]", FAMILY, problems)
    name = _check_name(tables.get("family"), facts, built_in_names, problems)
    defaults = _read_column(tables.get("defaults", {}), "[defaults]", problems)
    problems += _check_variables(defaults, "[defaults]", known_columns)
    rows = tables.get("column", [])
    if not isinstance(rows, list) or not rows:
        found = f"found {show(rows)}" if rows else "found none"
        problems.append(f"[[column]]: {found}; expected [[column]], in two brackets, for each column.")
        rows = []
    specs, titles = [], []
    for number, row in enumerate(rows, start=1):
        place = f"column {number}"
        own = _read_column(row, place, problems)
        if isinstance(row, dict):
            titles.append(own.get("title"))
            problems += _check_variables(own, place, known_columns)
            # A key whose value was refused is there: it is not missing too.
            specs += _make_spec(name, number, defaults | own, set(row) - set(own), problems)
    problems += [f"title: {show(t)} stands twice." for t in titles if t and titles.count(t) > 1]
    if problems:
        raise OwnSpecsError(problems)
    family = Family(name, facts.get("explanation", f"{name}: specs of an analyst."), tuple(specs))
    return replace(family, caution=_caution(specs) + family.caution)


def _check_name(table: Any, facts: dict[str, Any], taken: Collection[str], problems: list[str]) -> str:
    name: str = facts.get("name", "")
    if "name" not in (table if isinstance(table, dict) else {}):
        problems.append('[family] name: is missing; expected a name such as "my_table".')
    elif name and not _NAME.fullmatch(name):
        problems.append(
            f"[family] name: found {show(name)}; expected a small letter, then small letters, digits and _."
        )
    elif name in taken:
        problems.append(f"[family] name: {name} is a family of emotape already; choose another name.")
    return name


def _read_table(table: Any, place: str, readers: Mapping[str, Reader], problems: list[str]) -> dict[str, Any]:
    """Read the keys of a table that can be read; the others are problems."""
    if not isinstance(table, dict):
        problems.append(f"{place}: found {show(table)}; expected a table.")
        return {}
    values = {}
    for key, value in table.items():
        if key not in readers:
            problems.append(f"{place}, {show(key)}: unknown key; {suggest(key, tuple(readers))}.")
            continue
        try:
            values[key] = readers[key](value)
        except ValueError as error:
            problems.append(f"{place}, {key}: {str(error).removesuffix('.')}.")
    return values


def _read_column(table: Any, place: str, problems: list[str]) -> dict[str, Any]:
    """Read a column, or the defaults; the sample's keys stand beside the others in what is returned."""
    if not isinstance(table, dict):
        return _read_table(table, place, COLUMN, problems)
    beside = {key: value for key, value in table.items() if key != "sample"}
    values = _read_table(beside, place, COLUMN | SAMPLE, problems)
    sample = _read_table(table.get("sample", {}), f"{place}, sample", SAMPLE, problems)
    problems += [f"{place}, {key}: stands both in sample and beside it." for key in sample if key in beside]
    if "estimator" in values and values["estimator"] not in ESTIMATORS:
        found = values.pop("estimator")
        problems.append(f"{place}, estimator: found {show(found)}; {suggest(found, tuple(ESTIMATORS))}.")
    return values | sample


def _check_variables(values: dict[str, Any], place: str, known: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with the variables that a table names itself."""
    for key, value in values.items():
        if key not in VARIABLES:
            continue
        names = (value,) if isinstance(value, str) else factors(value) if key in TERMS else value
        for name in names:
            if unknown := explain_unknown(name, known):
                yield f"{place}, {key}: {unknown}."
            if key in (*TERMS, "weights") and looks_ahead(name):
                yield (
                    f"{place}, {key}: {name} is of a later session than its row: a look ahead. "
                    "Only an outcome may be of a later session."
                )


def _make_spec(
    family: str, number: int, values: dict[str, Any], refused: set[str], problems: list[str]
) -> list[Spec]:
    """Make the spec of a column, or add to the problems what keeps its parts from fitting together."""
    place = f"column {number}"
    missing = [key for key in ("title", "outcome") if key not in values and key not in refused]
    wrong = [f"{place}, {key}: is missing." for key in missing]
    regressors, controls = values.get("regressors", ()), values.get("controls", ())
    terms = [*regressors, *controls]
    if not terms and not refused & {"regressors", "controls"}:
        wrong.append(f"{place}, regressors: found none, nor controls; expected at least one variable.")
    products = [":".join(sorted(term.split(":"))) for term in terms]
    repeated = [term for i, term in enumerate(terms) if products[i] in products[:i]]
    wrong += [f"{place}, {show(term)}: stands twice among regressors and controls." for term in repeated]
    outcome = values.get("outcome")
    if outcome in terms:
        wrong.append(f"{place}, outcome: {outcome} stands among its regressors or controls too.")
    start, end = values.get("start"), values.get("end")
    if start and end and start > end:
        wrong.append(f"{place}, start: {start} is after the end, {end}.")
    problems += wrong
    if problems:  # of any column: then no family comes of it, and all that is wrong was said
        return []
    used = (outcome, *factors(terms))
    settings = {key: value for key, value in values.items() if key in COLUMN}
    settings.setdefault("winsorised", tuple(dict.fromkeys(v for v in used if v and _RETURN.fullmatch(v))))
    try:
        sample = Sample(**{key: value for key, value in values.items() if key in SAMPLE})
        spec = Spec(family=family, column_no=number, sample=sample, **settings)
        return [replace(spec, frame="panel_by_part") if any(map(is_of_part, spec.variables)) else spec]
    except ValueError as error:
        problems.append(f"{place}: {error}")
        return []


def _caution(specs: list[Spec]) -> str:
    """Say which variables are of the same hours as their outcome."""
    named = [
        f"{name} in column {spec.column_no}"
        for spec in specs
        for name in dict.fromkeys(factors(spec.terms))
        if is_contemporaneous(name, spec.outcome)
    ]
    if not named:
        return ""
    return (
        f"Contemporaneous, no prediction: known only after their outcome has begun are {', '.join(named)}. "
    )
