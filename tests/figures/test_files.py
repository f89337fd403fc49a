import io
import shutil

import polars as pl
import pytest

from etl.errors import EmotapeError
from etl.figures import FORMATS, draw_images, render_figures
from models.figures import draw_figures

BROWSER = any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")))


@pytest.fixture
def plots(results):
    """A coefficient plot and bars with patterns, which plotly names by chance."""
    families = ("predictive", "portfolios")
    return [figure.plot for family in families for figure in draw_figures(*results(family))]


@pytest.mark.browser
@pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine")
def test_figures_are_drawn_in_every_format_alike_twice_and_dollars_stay_text(plots):
    image = pytest.importorskip("PIL.Image")
    plots[0].update_layout(title_text="costs $5 and $6")
    *once, again = draw_images([*plots, plots[-1]])
    assert once[-1] == again
    assert b"costs $5 and $6" in once[0]["svg"]
    for drawn, plot in zip(once, plots, strict=True):
        assert set(drawn) == set(FORMATS)
        assert drawn["png"].startswith(b"\x89PNG\r\n\x1a\n")
        assert drawn["svg"].startswith(b"<svg")
        assert drawn["pdf"].startswith(b"%PDF-")
        assert b"D:20000101" in drawn["pdf"]
        picture = image.open(io.BytesIO(drawn["png"]))
        assert picture.size == (2 * 700, 2 * plot.layout.height)
        assert len(picture.convert("RGB").getcolors(maxcolors=10**6)) > 20


def test_without_chromium_a_sentence_says_how_to_get_one(plots, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chromium")
    with pytest.raises(EmotapeError, match="apt-get install chromium") as caught:
        draw_images(plots[:1], ["svg"])
    assert "plotly_get_chrome" in str(caught.value)


def test_unknown_formats_are_refused_and_nothing_needs_no_browser(plots, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chromium")
    with pytest.raises(ValueError, match="There is no format gif; there are: png, svg, pdf"):
        draw_images(plots, ["gif"])
    assert draw_images([], ["png"]) == []


def test_files_are_named_by_family_and_tagger_and_captions_lie_beside_them(results, paths, monkeypatch):
    class Stored:
        def query(self, name, tagger):
            return paths if (name, tagger) == ("listing_paths", "linear") else paths.clear()

    def draw_nothing(plots, formats):
        return [dict.fromkeys(formats, b"image") for _ in plots]

    models, terms = results("predictive")
    other = models.with_columns(tagger=pl.lit("vader"))
    monkeypatch.setattr("etl.figures.draw_images", draw_nothing)
    groups = [("predictive", models, terms), ("predictive-vader", other, terms)]
    files = dict(render_figures(Stored(), groups, ["svg"]))
    assert list(files) == [
        "figures/predictive-coefficients.svg",
        "figures/predictive-vader-coefficients.svg",
        "figures/ipo-paths.svg",
        "figures/captions.md",
    ]
    captions = files["figures/captions.md"].decode()
    assert captions.count("## ") == 3
    assert "Associations, not effects." in captions
    assert list(render_figures(Stored(), [], ["svg"])) == []
