"""Numbers as people read them, codes as words, and titles that say the answer."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import polars as pl

from models.emotions import EMOTIONS
from models.tagger.explanation import KINDS

WINDOWS = {"pre_open": "Before the open", "intraday": "During the session", "both": "Both"}
THIN = 10  # posts; fewer are drawn pale and named as few
UNUSUAL = 1.0  # SD

# What Markdown could take for its own, and direction marks that would turn the words around it.
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$:~&=^@/\"'])")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


# Format of a table -> what its button says, and its media type.
DOWNLOADS = {
    "md": ("Markdown", "text/markdown"),
    "tex": ("LaTeX", "application/x-tex"),
    "html": ("HTML", "text/html"),
    "typ": ("Typst", "text/plain"),
    "csv": ("CSV", "text/csv"),
    "json": ("JSON", "application/json"),
    "docx": ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


def plain(text: str, longest: int = 24) -> str:
    """Return text from the data on one line, cut, without control and direction marks."""
    seen = _UNSEEN.sub(" ", text).strip()
    return seen if len(seen) <= longest else f"{seen[: longest - 1]}…"


def inert(text: str, longest: int = 24) -> str:
    """Return text from the data so that Markdown shows it as it is."""
    return _PUNCTUATION.sub(r"\\\1", plain(text, longest))


def signed(value: float, digits: int = 1) -> str:
    """Write a number with its sign, a true minus, and no negative zero: +1.2, −0.3, 0.0."""
    rounded = round(value, digits)
    if rounded == 0:
        return f"{0:.{digits}f}"
    return f"{'+' if rounded > 0 else '−'}{abs(rounded):,.{digits}f}"


def significant(value: float, digits: int = 3) -> str:
    """Write a number to significant digits, with its sign and without an exponent."""
    if value == 0:
        return "0"
    magnitude = f"{abs(value):.{digits}g}"
    text = f"{float(magnitude):,.10f}".rstrip("0").rstrip(".") if "e" in magnitude else magnitude
    return f"{'−' if value < 0 else '+'}{text}"


def p_value(p: float) -> str:
    """Write a p-value: p = 0.03, p < 0.001."""
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.01 else f"p = {p:.2f}"


def day(moment: date) -> str:
    """Write a day without a code: 31 Mar 2016."""
    return f"{moment.day} {moment:%b %Y}"


def posts(count: int) -> str:
    """Write a count of posts: 1 post, 1,204 posts."""
    return f"{count:,} post{'' if count == 1 else 's'}"


def name_measure(measure: str) -> str:
    """Return the word for an emotion or valence."""
    return measure.capitalize()


def freshness(publication: Mapping[str, Any], number: int) -> str:
    """Say in one line how fresh the version is, and which it is."""
    last_post: datetime | None = publication["last_post_at"]
    last_price: date | None = publication["last_price"]
    return " · ".join(
        (
            f"Last post **{day(last_post)}, {last_post:%H:%M} UTC**" if last_post else "**No posts**",
            f"Last close **{day(last_price)}**" if last_price else "**No prices**",
            f"{publication['n_posts']:,} posts, {publication['n_prices']:,} prices",
            f"Version {number}",
        )
    )


def mood_title(today: pl.DataFrame) -> str:
    """Say which emotion is farthest from its month; `today` has one row a measure of one session."""
    row = farthest(today)
    if row is None:
        return "Too few sessions to say what is usual"
    if row["n_posts"] < THIN:
        return f"Only {posts(row['n_posts'])}: too few to speak of a mood"
    if abs(row["z"]) < UNUSUAL:
        return f"A usual mood: every emotion within {UNUSUAL:.0f} SD of its month"
    return f"{name_measure(row['measure'])} is {_away(row['z'])} its month"


def farthest(today: pl.DataFrame) -> dict[str, Any] | None:
    """Return the row of the emotion farthest from its month, or None where none has a month."""
    known = today.filter(pl.col("measure").is_in(EMOTIONS), pl.col("z").is_not_null())
    return known.sort(pl.col("z").abs(), descending=True).row(0, named=True) if known.height else None


def speaking_session(sessions: pl.DataFrame) -> date:
    """Return the session that a title speaks of: the last with enough posts, of the last five with any.

    Where none of the five has enough, it is the last; the day that has begun is seldom enough.
    """
    latest = sessions.select("session", "n_posts").unique().sort("session").tail(5)
    enough = latest.filter(pl.col("n_posts") >= THIN)
    session: date = (enough if enough.height else latest)["session"][-1]
    return session


def ticker_title(ticker: str, said: Mapping[str, Any] | None) -> str:
    """Say how a ticker's valence stands to its month; `said` is the session spoken of."""
    name = inert(ticker)
    if said is None:
        return f"{name}: no posts in these sessions"
    if said["n_posts"] < THIN:
        return f"{name}: {posts(said['n_posts'])} in its last session, too few to speak of a mood"
    if said["valence_z"] is None:
        return f"{name}: too few sessions with posts to say what is usual"
    if abs(said["valence_z"]) < UNUSUAL:
        return f"{name}: valence within {UNUSUAL:.0f} SD of its month"
    return f"{name}: valence is {_away(said['valence_z'])} its month"


def later_thin(session: date, sessions: pl.DataFrame) -> str:
    """Say so where sessions after the one spoken of have few posts."""
    later = sessions.filter(pl.col("session") > session, pl.col("n_posts") > 0)["session"].n_unique()
    if not later:
        return ""
    which = "The session after it has" if later == 1 else f"The {later} sessions after it have"
    return f" {which} fewer than {THIN} posts."


def observed(coverage: float | None) -> str:
    """Say so where the posts of a session are incomplete; nothing where they are whole or nobody knows."""
    if coverage is None or coverage >= 1:
        return ""
    if coverage == 0:
        return " A source gave nothing of it: the posts that are here are not all."
    return f" It was observed for {min(coverage, 0.99):.0%} of its time: the posts that are here are not all."


def incomplete(sessions: pl.DataFrame) -> str:
    """Say how many of the sessions shown were not observed whole."""
    n = sessions.filter(pl.col("coverage") < 1)["session"].n_unique()
    if not n:
        return ""
    were = "was not observed whole, so its" if n == 1 else "were not observed whole, so their"
    return f" Of these sessions {n:,} {were} number of posts is not known."


def ticker_facts(known: Mapping[str, Any]) -> str:
    """Say what there is of a ticker; `known` is its row of coverage."""
    facts = []
    if known["n_posts"]:
        first, last = day(known["first_post_at"]), day(known["last_post_at"])
        facts.append(f"In all {posts(known['n_posts'])}, {first} to {last}.")
    if known["n_prices"]:
        facts.append(f"Prices {day(known['first_price'])} to {day(known['last_price'])}.")
    if known["n_price_gaps"]:
        facts.append(f"{known['n_price_gaps']:,} sessions between lack a price; none is filled.")
    return " ".join(facts)


def posts_shown(shown: int, matching: int) -> str:
    """Say how many posts are listed, of how many; texts are cut for display."""
    if shown < matching:
        return f"The newest {shown:,} of {matching:,} posts; long texts are cut."
    return f"{posts(matching)}, newest first; long texts are cut."


def posts_summed(summed: int, matching: int) -> str:
    """Say of how many posts words were added up."""
    return f"the newest {summed:,} of {matching:,} posts" if summed < matching else posts(matching)


def cannot_explain(tagger: str) -> str:
    """Say why the words behind these scores cannot be shown."""
    if tagger != "linear":
        return f"The tagger {inert(tagger)} does not say what each word contributes; linear does."
    return (
        "These scores come from other weights than those installed here, so their words cannot be shown; "
        "`emotape build` scores the posts again."
    )


def contribution_label(row: Mapping[str, Any]) -> str:
    """Write a token with its name and how often it occurs: 🚀 rocket ×3; any cashtag is cashtag alone."""
    named = KINDS.get(row["token"]) or " ".join(filter(None, (plain(row["token"]), row["name"])))
    return f"{named} ×{row['count']:,}" if row["count"] > 1 else named


def _away(z: float) -> str:
    return f"{abs(z):.1f} SD {'above' if z > 0 else 'below'}"


def test_sentence(model: Mapping[str, Any]) -> str:
    """Say what was tested jointly in a model, with the statistic; else how its figures came about."""
    if model.get("joint_f") is None:
        said = model.get("verdict") or model.get("method")
        return (
            plain(said, 600) if said else "No emotion terms stand in this column, so there is no joint test."
        )
    terms = int(model["joint_df1"])
    tested = "the emotion term is zero" if terms == 1 else f"all {terms} emotion terms are zero"
    # Where the law is that of large samples there are no second degrees of freedom.
    freedom = f"{terms}" if model["joint_df2"] is None else f"{terms}, {int(model['joint_df2'])}"
    gain = model.get("r_squared_gain_bp")
    gained = "" if gain is None else f" They add {significant(gain).lstrip('+')} bp of R² to the controls."
    many = "" if terms == 1 else " The table has p-values of single terms adjusted for their number."
    return (
        f"Tested: that {tested}, F({freedom}) = {model['joint_f']:.2f}, "
        f"{p_value(model['joint_p'])}.{gained}{many}"
    )


def sample_sentence(model: Mapping[str, Any]) -> str:
    """Say on which rows a model was estimated, with which effects and standard errors."""
    clusters = " and ".join(
        f"{count:,} {name}"
        for name, count in (("firms", model["n_clusters_firm"]), ("sessions", model["n_clusters_session"]))
        if count is not None
    )
    effects = {"ticker": "firm", "session": "session"}
    named = " and ".join(effects.get(part, part) for part in (model["effects"] or "").split("+") if part)
    kind = model.get("rows") or "firm-days"
    counted = [f"{model['n_obs']:,} {kind}"]
    if kind == "firm-days":
        counted += [f"of {count:,} firms" for count in (model["n_firms"],) if count is not None]
        counted += [f"in {count:,} sessions" for count in (model["n_sessions"],) if count is not None]
    if model["sample_start"] is not None:
        counted[-1] += f", {day(model['sample_start'])} to {day(model['sample_end'])}"
    rules = [plain(model["sample_rules"], 200)] if model["sample_rules"] else []
    described = f"{'; '.join([' '.join(counted), *rules])}."
    if not model.get("corrections"):
        return described
    return (
        f"{described} {f'Effects of {named} absorbed' if named else 'No effects absorbed'}; standard errors "
        f"{f'clustered by {clusters}' if clusters else 'not clustered'}."
    )


def regression_title(model: Mapping[str, Any]) -> str:
    """Say what the joint test of a model's regressors of interest found, either way as plainly."""
    if model.get("joint_p") is None:
        slopes = model.get("estimator") in {None, "least_squares"}
        return "Controls alone: no emotion is tested in this column" if slopes else plain(model["title"], 80)
    terms = int(model["joint_df1"])
    subject = "The emotion measure is" if terms == 1 else f"The {terms} emotion measures are"
    p = p_value(model["joint_p"])
    if model["joint_p"] < 0.05:
        return f"{subject} {'' if terms == 1 else 'jointly '}associated with the outcome ({p})"
    return f"No association with emotions can be told from zero ({p})"


def column_headings(models: pl.DataFrame) -> dict[str, str]:
    """Return the heading of each of a family's columns by its number: "1" is "(1) Controls"."""
    return {
        str(row["column_no"]): f"({row['column_no']}) {plain(row['title'], 60)}"
        for row in models.iter_rows(named=True)
    }


def first_column(models: pl.DataFrame) -> str:
    """Return the number of the column shown first: the fewest emotion terms that are more than one."""
    several = models.filter(pl.col("joint_df1") > 1).sort("joint_df1", "column_no")
    return str((several if several.height else models.tail(1))["column_no"][0])


def file_name(family: str, tagger: str) -> str:
    """Return a name for a downloaded table, of letters, digits and dashes."""
    return re.sub(r"[^A-Za-z0-9]+", "-", f"{family}-{tagger}").strip("-").lower()
