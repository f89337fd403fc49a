"""Whose posts, and what kind of posts: the predictive table on one part of the posts at a time."""

from models.emotions import SIX
from models.estimation.families.predictive import RETURNS
from models.estimation.spec import Family, Sample, Spec

# What the mart `firm_emotions_by_part` tells apart; the pairs have no post in common.
PAIRS = {
    ("finance", "chat"): "Finance and chat",
    ("original", "passing_on"): "Original and passing on",
    ("tagged", "untagged"): "Tagged and untagged",
    ("much_followed", "little_followed"): "Much and little followed",
    ("experienced", "newcomer"): "Experienced and newcomer",
}
TITLES = {
    "finance": "Finance",
    "chat": "Chat",
    "original": "Original",
    "passing_on": "Passing on",
    "tagged": "Tagged by author",
    "untagged": "Untagged",
    "much_followed": "Much followed",
    "little_followed": "Little followed",
    "experienced": "Experienced",
    "newcomer": "Newcomer",
    "single_ticker": "Single ticker",
}
PARTS = tuple(TITLES)


def emotions_of(part: str) -> tuple[str, ...]:
    """Return the names of a part's six emotions before the open, in the query `panel_by_part`."""
    return tuple(f"pre_open_{emotion}_of_{part}" for emotion in SIX)


def _column(number: int, title: str, parts: tuple[str, ...]) -> Spec:
    return Spec(
        family="whose_and_what",
        column_no=number,
        title=title,
        outcome="ret_oc",
        regressors=tuple(name for part in parts for name in emotions_of(part)),
        # The controls of the predictive table, but each part's own number of posts.
        controls=(
            "ret_oc_lag1",
            "ret_co",
            "ret_20",
            "vol_183",
            *(f"pre_open_log_posts_of_{part}" for part in parts),
        ),
        winsorised=RETURNS,
        needs=tuple(f"pre_open_valence_of_{part}" for part in parts),
        sample=Sample(min_posts=1),
        frame="panel_by_part",
    )


_COLUMNS = [(title, (part,)) for part, title in TITLES.items()] + [(t, pair) for pair, t in PAIRS.items()]

WHOSE_AND_WHAT = Family(
    name="whose_and_what",
    explanation=(
        "Whose emotions, in which posts, go with the return of the session: finance or chat, original or "
        "passed on, tagged or not, of authors with many or few followers, experienced or new?"
    ),
    specs=tuple(_column(number, title, parts) for number, (title, parts) in enumerate(_COLUMNS, 1)),
    caution=(
        "Associations, not effects. Each column has its own sample: the firm-days with a post of that part; "
        "the columns of two parts have the firm-days with posts of both. Followers are those stored with the "
        "post, which may have been counted later than it was written."
    ),
)
