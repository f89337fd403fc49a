"""Figures as files: PNG, SVG and PDF, drawn by the system's Chromium."""

import asyncio
import logging
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from etl.errors import EmotapeError
from etl.warehouse.published import Published

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from models.figures import Figure

Group = tuple[str, pl.DataFrame, pl.DataFrame]

FORMATS = ("png", "svg", "pdf")
SCALE = 2  # pixels of a PNG for one of the figure
TABS = 2
PATIENCE = 60  # seconds for one figure
NO_BROWSER = (
    "Figures are drawn by Chromium, and there is none on this machine: install it (Debian: "
    "`apt-get install chromium`; elsewhere: `plotly_get_chrome`), or leave the figures out. One that is "
    "not found is named by the environment variable BROWSER_PATH."
)

# Plotly names the parts of an SVG after a number that it draws by chance.
_SVG_NAME = re.compile(rb'id="defs-([0-9a-f]{6})"')
_PDF_DATES = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}[^)]*\)")
_ANY_DAY = b"20000101000000+00'00'"


def render_figures(
    published: Published, groups: Sequence[Group], formats: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield every figure that the stored results allow, and their captions: path and content.

    Parameters
    ----------
    groups
        Of each family and tagger: the name of its files, its models and its terms.
    formats
        Of `FORMATS`.

    Raises
    ------
    EmotapeError
        There is no browser, or it did not draw.
    """
    figures = dict(_collect(published, groups))
    images = draw_images([figure.plot for figure in figures.values()], formats)
    for name, drawn in zip(figures, images, strict=True):
        for format_name, image in drawn.items():
            yield f"figures/{name}.{format_name}", image
    captions = [f"## {name}\n\n{figure.title}\n\n{figure.caption}\n" for name, figure in figures.items()]
    if captions:
        yield "figures/captions.md", "\n".join(["# Captions of the figures\n", *captions]).encode()


def _collect(published: Published, groups: Sequence[Group]) -> Iterator[tuple[str, "Figure"]]:
    """Yield figures by the names of their files: of results, of listings, of the tagger."""
    from models.figures import draw_figures, draw_ipo_paths, draw_reliability, read_card

    of_taggers = {}
    for name, models, terms in groups:
        family, tagger = models.select("family", "tagger").row(0)
        # Where a tagger is not the usual one, names end with it.
        of_taggers[tagger] = (name.removeprefix(family), models)
        for figure in draw_figures(models, terms):
            yield f"{name}{figure.name.removeprefix(family)}", figure
    for tagger, (ending, models) in of_taggers.items():
        simulated, version = models.select("simulated", "tagger_version").row(0)
        paths = published.query("listing_paths", tagger=tagger)
        if of_listings := draw_ipo_paths(paths, tagger, bool(simulated)):
            yield f"{of_listings.name}{ending}", of_listings
        if tagger == "linear":
            card = read_card(str(version))
            if of_tagger := draw_reliability(card, tagger, "labelled posts held out in its training"):
                yield of_tagger.name, of_tagger


def draw_images(figures: Sequence["go.Figure"], formats: Sequence[str] = FORMATS) -> list[dict[str, bytes]]:
    """Draw figures in formats, all by one browser; equal figures give equal bytes on one machine.

    Parameters
    ----------
    figures
        Each with its width and height in its layout.
    formats
        Of `FORMATS`.

    Returns
    -------
    list
        For each figure: format -> the file's bytes.

    Raises
    ------
    EmotapeError
        There is no browser, or it did not draw.
    ValueError
        There is no such format.
    """
    if unknown := sorted(set(formats) - set(FORMATS)):
        raise ValueError(f"There is no format {', '.join(unknown)}; there are: {', '.join(FORMATS)}.")
    if not figures or not formats:
        return [{} for _ in figures]
    from kaleido.errors import ChromeNotFoundError

    try:
        return asyncio.run(_draw(figures, formats))
    except ChromeNotFoundError as error:
        raise EmotapeError(NO_BROWSER) from error
    except Exception as error:
        # Whatever goes wrong between Python and a browser, its first line is what a reader can use.
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        raise EmotapeError(f"Chromium could not draw the figures: {said}.") from error


async def _draw(figures: Sequence["go.Figure"], formats: Sequence[str]) -> list[dict[str, bytes]]:
    import kaleido

    # Both speak at length on standard error of what is raised anyway.
    for name in ("choreographer", "kaleido"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # Without MathJax nothing is loaded from a network, and a dollar sign in a label stays one.
    async with kaleido.Kaleido(n=TABS, mathjax=False, timeout=PATIENCE) as browser:

        async def draw(figure: dict[str, Any], name: str) -> bytes:
            size = {side: figure["layout"].get(side) for side in ("width", "height")}
            options = {"format": name, "scale": SCALE if name == "png" else 1, **size}
            return _make_equal(name, await browser.calc_fig(figure, options))

        tasks = [draw(_name_traces(figure), name) for figure in figures for name in formats]
        images = await asyncio.gather(*tasks)
    drawn = iter(images)
    return [{name: next(drawn) for name in formats} for _ in figures]


def _name_traces(figure: "go.Figure") -> dict[str, Any]:
    """Return a figure whose traces are numbered: those without a name get one by chance."""
    described: dict[str, Any] = figure.to_plotly_json()
    for number, trace in enumerate(described["data"]):
        trace["uid"] = f"trace{number}"
    return described


def _make_equal(name: str, image: bytes) -> bytes:
    """Take out of an image what differs between two drawings of the same figure."""
    if name == "svg" and (found := _SVG_NAME.search(image)):
        return image.replace(found[1], b"figure")
    if name == "pdf":  # as long as before: a PDF counts its bytes
        return _PDF_DATES.sub(rb"/\1 (D:" + _ANY_DAY + rb")", image)
    return image
