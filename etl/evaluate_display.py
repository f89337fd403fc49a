"""What `emotape evaluate` prints of directions (Bullish, Bearish) and of the worth of emoji."""

from collections.abc import Sequence
from typing import Any

import click

from etl.labelled_posts import LabelledPosts
from models.tagger import Tagger, score
from models.tagger.emoji_worth import emoji_worth
from models.taxonomies import evaluate_direction

WIDTH = 36  # of names
FIGURES = ("accuracy", "macro_f1", "valence_accuracy", "valence_macro_f1")


def show_directions(taggers: Sequence[Tagger], posts: LabelledPosts, file: str) -> list[dict[str, Any]]:
    """Print how well each tagger's valence tells the labelled directions; return the figures of each."""
    assert posts.signs is not None
    reports = []
    for tagger in taggers:
        valence = score(tagger, posts.texts)["valence"].to_numpy()
        figures = vars(evaluate_direction(valence, posts.signs))
        click.echo(f"{tagger.name} {tagger.version} on {len(posts.texts):,} posts of {file}")
        click.echo(f"  {'labelled bullish':<{WIDTH}}{figures['n_bullish'] / len(posts.texts):>10.4f}")
        for name in ("accuracy", "f1", "macro_f1", "auc"):
            shown = "undefined" if figures[name] is None else f"{figures[name]:.4f}"
            click.echo(f"  {name.replace('_', ' '):<{WIDTH}}{shown:>10}")
        reports.append({"tagger": tagger.name, "tagger_version": tagger.version, "file": file, **figures})
    return reports


def show_emoji_worth(taggers: Sequence[Tagger], posts: LabelledPosts) -> list[dict[str, Any]]:
    """Print each tagger's figures with emoji kept and removed, and by kind of post; return them."""
    reports = []
    for tagger in taggers:
        worth = emoji_worth(tagger, posts.texts, posts.emotions, posts.kinds)
        click.echo(f"\n  {tagger.name + ', emoji':<{WIDTH}}{'kept':>10}{'removed':>10}{'difference':>12}")
        report: dict[str, Any] = {"tagger": tagger.name}
        for name in FIGURES:
            kept, removed = vars(worth.kept)[name], vars(worth.removed)[name]
            report[name] = {"kept": kept, "removed": removed}
            click.echo(
                f"  {name.replace('_', ' '):<{WIDTH}}{kept:>10.4f}{removed:>10.4f}{kept - removed:>+12.4f}"
            )
        for row in worth.by_kind.iter_rows(named=True):
            title = f"accuracy, {row['what']} ({row['n_posts']:,})"
            cells = f"{row['kept']:>10.4f}{row['removed']:>10.4f}{row['difference']:>+12.4f}"
            click.echo(f"  {title:<{WIDTH}}{cells}")
        reports.append({**report, "by_kind": worth.by_kind.to_dicts()})
    return reports
