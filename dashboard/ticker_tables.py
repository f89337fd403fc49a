"""The tables of the ticker page: which columns, in which words and units. Texts are text columns alone."""

from typing import Any

import polars as pl
from streamlit import column_config as column

from models.emotions import EMOTIONS

POSTS = {
    "available_at": column.DatetimeColumn("Time (UTC)", format="YYYY-MM-DD HH:mm", width=130),
    "original": column.LinkColumn(
        "Link", display_text="Open", width=55, help="The post on StockTwits, made of its number alone."
    ),
    # As text: a body is never Markdown and never HTML.
    "body": column.TextColumn("Post", width=345),
    "emotion": column.TextColumn(
        "Emotion", width=80, help="The most probable of the seven, as the tagger reads the text."
    ),
    "probability": column.ProgressColumn(
        "Confidence",
        format="%.0f %%",
        min_value=0,
        max_value=100,
        width="small",
        help="The tagger's probability of the emotion it names.",
    ),
    "valence": column.NumberColumn(
        "Valence", format="%+.2f", width=65, help="Of the text: happy less sad, anger, disgust and fear."
    ),
    "sentiment": column.TextColumn(
        "Author's tag", width=95, help="What the author marked the post as: Bullish, Bearish or nothing."
    ),
    "kind": column.TextColumn(
        "Kind", width=75, help="Finance: earnings, trading, charts, accounts, options or the economy."
    ),
    "originality": column.TextColumn(
        "Origin", width=80, help="Passed on: a reshare, a quotation, or a link without a voice of its own."
    ),
    "likes": column.NumberColumn(
        "Likes", format="localized", width=60, help="As stored with the post; empty is unknown, not none."
    ),
    "window_name": column.TextColumn("Posted", width=135),
    "session": column.DateColumn(
        "Session", format="YYYY-MM-DD", width=95, help="The session whose open or close comes next."
    ),
}

SESSIONS = {
    "session": column.DateColumn("Session", format="YYYY-MM-DD", pinned=True),
    "open": column.NumberColumn("Open", format="%.2f"),
    "high": column.NumberColumn("High", format="%.2f"),
    "low": column.NumberColumn("Low", format="%.2f"),
    "close": column.NumberColumn("Close", format="%.2f", help="Adjusted for splits."),
    "ret_oc": column.NumberColumn("Open to close", format="percent"),
    "ret_cc": column.NumberColumn("Close to close", format="percent", help="With dividends."),
    "n_posts": column.NumberColumn("Posts", format="localized"),
    "month_posts": column.NumberColumn(
        "Usual posts", format="%.1f", help="Mean of the twenty sessions with posts before it."
    ),
    "valence": column.NumberColumn(
        "Valence", format="%+.3f", help="Happy less sad, anger, disgust and fear."
    ),
    "valence_z": column.NumberColumn(
        "Valence, SD", format="%+.1f", help="Distance from the mean of its month, in standard deviations."
    ),
    **{name: column.NumberColumn(name.capitalize(), format="percent") for name in EMOTIONS},
    "coverage": column.NumberColumn(
        "Observed", format="percent", help="Share of the time in which sources were observed; empty: unknown."
    ),
}

EVENTS = {
    "session": column.DateColumn("Session", format="YYYY-MM-DD"),
    "event": column.TextColumn("Event"),
    "said": column.TextColumn("What"),
}


def show_as(columns: dict[str, Any]) -> dict[str, Any]:
    """Return what `st.dataframe` needs to show these columns, in this order."""
    return {
        "column_config": columns,
        "column_order": list(columns),
        "hide_index": True,
        "placeholder": "–",
    }


def posts_as(posts: pl.DataFrame, window: str) -> dict[str, Any]:
    """Return the same for posts, less the columns that would say nothing of these."""
    may_be_unknown = ("original", "likes", "kind", "originality")
    empty = {name for name in may_be_unknown if posts[name].null_count() == posts.height}
    told = {"window_name"} if window != "both" else set()
    return show_as({name: shown for name, shown in POSTS.items() if name not in empty | told})
