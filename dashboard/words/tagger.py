"""Sentences on how far to trust the tagger."""

import re
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dashboard.words.plain import inert, plain, posts
from models.emotions import EMOTIONS
from models.tagger.self_tags import SignAgreement
from models.tagger.vocabulary import Vocabulary

EXAMPLE = "wow, $ACME did not crash 😅 still scared of earnings tho"
LONGEST = 10_000  # signs of a text that is tried
NAMED = 12  # unknown words that are named
HERE, HAND = "This simulated market", "Hand-tagged posts"
TAGS = {"any": "Both tags", "Bullish": "Bullish, yet negative", "Bearish": "Bearish, yet positive"}

HOW_FAR = (
    "Good enough for means over many posts; any single post may be wrong. Hand-tagged posts were held out in "
    "cross-validation. A tag is what the author expects of the price, valence what the text feels: they may "
    "differ without an error."
)
TRY_HELP = "English, emoji, emoticons and cashtags are read. Ctrl+Enter, or leaving the box, scores the text."
NOT_KEPT = (
    "The text is scored on the machine that serves this page, is not stored, is not in the address that you "
    "may copy, and is forgotten when you leave the page."
)
ACCURACY_HELP = (
    "Share of hand-tagged posts, held out in cross-validation, whose likeliest emotion is the one that "
    "people gave."
)
MACRO_F1_HELP = (
    "Mean over the seven emotions of F1, the harmonic mean of precision and recall. 1 is perfect; rare "
    "emotions weigh as much as common ones."
)
CONTRIBUTION_HELP = (
    "The tagger adds up what each word, sign and pair of neighbours speaks for each emotion (logits), then "
    "turns the seven sums into probabilities that sum to one."
)
CONFIDENCE_HELP = (
    "Confidence is the probability of the likeliest emotion. Calibrated: of posts with 70 % confidence, "
    "seven in ten are right."
)
RELIABILITY_NOTE = (
    "On held-out hand-tagged posts, by confidence, with Wilson's 95 % intervals. Under the dashed line the "
    "tagger is surer than right. It says nothing of posts unlike these, nor of any single emotion."
)
RELIABILITY_ALT = "Line: the share of posts tagged rightly by the tagger's confidence, with intervals."
CONFUSION_HELP = "A row: posts that truly have an emotion. A column: the emotion that the tagger gave them."
TAG_HELP = (
    "Bullish or Bearish, which some authors set on their own posts. Agrees: Bullish with valence above zero, "
    "Bearish with valence below zero. Valence is happy less sad, anger, disgust and fear."
)
TAG_ALT = (
    "Line with band: the share of tagged posts whose sign of valence agrees, by distance of valence from 0."
)
TAG_NOTE = (
    "Band: Wilson's 95 % intervals as if posts were independent; dashed: one half. Authors who tag may "
    "differ from those who do not, so it does not carry over to untagged posts."
)
NO_TAGS = (
    "No post of this version carries an author's tag that this tagger scored: load posts that do with "
    "`emotape load posts FILE`, then run `emotape build`."
)
KAPPA_HELP = "Cohen's kappa: agreement on the likeliest emotion beyond what chance would give."
ONE_TAGGER = (
    "Fewer than two taggers scored these posts. `emotape build --tagger lexicon` sets a second one beside "
    "the first."
)


def tagger_title(tagger: str, accuracy: float | None, agreement: SignAgreement | None) -> str:
    """Say how far to trust the tagger; `accuracy` is None where none is known of it."""
    name = "The tagger" if tagger == "linear" else f"The tagger {inert(tagger)}"
    known = [] if accuracy is None else [f"is right on {accuracy:.0%} of hand-tagged posts"]
    if agreement is not None:
        known.append(f"agrees in sign with {agreement.share:.0%} of {agreement.n_posts:,} authors’ tags here")
    return f"{name} {' and '.join(known) or 'was never measured here: no post carries a tag'}"


def trust_numbers(
    accuracy: float | None, macro_f1: float | None, agreement: SignAgreement | None
) -> list[tuple[str, str, str | None, str]]:
    """Return the numbers beside the trial: label, value, what to hold it against, help."""
    numbers: list[tuple[str, str, str | None, str]] = []
    if accuracy is not None and macro_f1 is not None:
        numbers += [
            ("Accuracy", f"{accuracy:.0%}", "seven emotions", ACCURACY_HELP),
            ("Macro-F1", f"{macro_f1:.2f}", "rare emotions count alike", MACRO_F1_HELP),
        ]
    if agreement is not None:
        value, below = f"{agreement.share:.0%}", f"{agreement.of_commoner:.0%} by always {agreement.commoner}"
        numbers.append(("Sign agrees with tag", value, below, TAG_HELP))
    return numbers


def agreement_sentence(agreement: SignAgreement) -> str:
    """Say how often the signs agree, with the interval, by tag, and what chance would reach."""
    tags = " and ".join(
        f"{row['share']:.0%} of {row['n_posts']:,} {row['sentiment']}"
        for row in agreement.by_tag.iter_rows(named=True)
    )
    balanced = (
        ""
        if agreement.balanced is None
        else f" Both tags weighed alike, it agrees for {agreement.balanced:.0%}, where chance gives 50%."
    )
    return (
        f"Of {posts(agreement.n_posts)} with an author’s tag, {agreement.n_agree:,} agree in sign: "
        f"**{agreement.share:.1%}** ({agreement.low:.1%} to {agreement.high:.1%}); {tags}. "
        f"Calling every post {agreement.commoner} would reach {agreement.of_commoner:.0%}.{balanced}"
    )


def contrary_shown(shown: int, matching: int, agreement: SignAgreement) -> str:
    """Say how many posts are against their tag, of how many tagged ones, and how many are listed."""
    listed = f"the strongest {shown:,} are listed" if shown < matching else "strongest valence first"
    return (
        f"{posts(matching)}, {matching / agreement.n_posts:.0%} of the {agreement.n_posts:,} tagged ones; "
        f"{listed}; long texts are cut."
    )


def vocabulary_sentence(found: Vocabulary) -> str:
    """Say which words are known, and what follows for the probabilities."""
    if not found.n_words:
        counted = "No words: emoji, emoticons and numbers alone speak." if found.trust else "Nothing to read."
    else:
        counted = f"{found.n_known:,} of {found.n_words:,} word{'' if found.n_words == 1 else 's'} known."
    named = ", ".join(inert(token) for token in found.unknown[:NAMED])
    more = f" and {len(found.unknown) - NAMED:,} more" if len(found.unknown) > NAMED else ""
    unknown = f" Not seen before, so scored by their letters alone: {named}{more}." if named else ""
    if found.trust == 1:
        return f"{counted}{unknown}"
    few = "Fewer than half of the words are known" if found.n_words else "Nothing is known"
    return f"{counted}{unknown} {few}, so the probabilities are drawn towards one seventh each."


def likeliest_sentence(probabilities: pl.DataFrame) -> str:
    """Say which emotion is likeliest, by how much, and what that is not."""
    first, second = probabilities.sort("probability", descending=True).rows()[:2]
    return (
        f"Likeliest: {first[0]}, {first[1]:.0%}; then {second[0]}, {second[1]:.0%}. What the words feel, not "
        "about whom, and not what the price will do."
    )


def probabilities_heard(probabilities: pl.DataFrame) -> str:
    """Say the probabilities for who cannot see the figure."""
    listed = ", ".join(f"{emotion} {share:.0%}" for emotion, share in probabilities.iter_rows())
    return f"Bars: the probability of each emotion of the text: {listed}."


def confusion_note(name: str, n_posts: int, found: NDArray[np.float64]) -> str:
    """Say on what a confusion was counted, and what it misses most; `found`: the share found of each, (7)."""
    which = (
        "hand-tagged posts, each scored by weights that never saw it"
        if name == HAND
        else "posts whose emotion the simulated market planted"
    )
    best, worst = int(found.argmax()), int(found.argmin())
    return (
        f"{n_posts:,} {which}: shares of each row, with posts. Best found: {EMOTIONS[best]}, "
        f"{found[best]:.0%}; worst: {EMOTIONS[worst]}, {found[worst]:.0%}. How often a tag is right, read "
        "down a column, changes with how common the emotions are, so it does not carry over to other posts."
    )


def confusion_heard(found: NDArray[np.float64]) -> str:
    """Say the diagonal for who cannot see the figure."""
    listed = ", ".join(f"{emotion} {share:.0%}" for emotion, share in zip(EMOTIONS, found, strict=True))
    return f"Heat map of true by tagged emotions; found of each: {listed}."


def no_figures(tagger: str) -> str:
    """Say that nothing was counted on hand-tagged posts for a tagger, and how to count it."""
    return (
        f"Of the tagger {inert(tagger)} no held-out figures come with the program: "
        f"`emotape evaluate FILE --tagger {tagger_name(tagger)}` measures it on labelled posts."
        if tagger != "truth"
        else "The truth was planted by the simulated market and needs no measuring."
    )


def weights_differ(versions: list[str], installed: str) -> str:
    """Say that the scores shown come from other weights than those that the card speaks of."""
    return (
        f"The scores of this version come from weights {', '.join(inert(v) for v in versions)}; accuracy, "
        f"card and trial are of those installed here, {inert(installed)}. `emotape build` scores the posts "
        "anew."
    )


@cache
def model_card() -> str:
    """Return the model card as Markdown to stand under a heading: without comment and diagram."""
    card = (files("models.tagger") / "CARD.md").read_text(encoding="utf-8")
    bare = re.sub(r"<!--.*?-->\n*|```mermaid\n.*?```\n*", "", card, flags=re.DOTALL)
    return re.sub(r"^#+ ", "### ", bare, flags=re.MULTILINE)


def kappa_note(n_compared: int) -> str:
    """Say on how many posts taggers were compared, and how to read kappa."""
    return (
        f"Over the posts that both scored, {n_compared:,} at most. Kappa: 1 is full agreement, 0 is chance. "
        "Two taggers may agree and both be wrong: only hand-tagged or planted emotions tell which is right."
    )


def tagger_name(tagger: str) -> str:
    """Name a tagger; the simulated market's own emotions are called planted."""
    return "truth (planted)" if tagger == "truth" else plain(tagger, 60)
