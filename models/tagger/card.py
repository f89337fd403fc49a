"""The model card: what the tagger was fitted on, how good it is, and where it fails."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from models.emotions import EMOTIONS
from models.tagger.evaluation import Evaluation

# Published for EmTract's DistilBERT on 2,000 held-out posts of the same hand-tagged set.
EMTRACT = {
    "accuracy": 0.6453,
    "macro_f1": 0.4909,
    "log_loss": 1.009,
    "valence_accuracy": 0.7234,
    "valence_macro_f1": 0.7084,
}
FIGURES = {
    "accuracy": "Accuracy, seven emotions",
    "macro_f1": "Macro-F1, seven emotions",
    "log_loss": "Log loss (lower is better)",
    "valence_accuracy": "Accuracy, three-way valence",
    "valence_macro_f1": "Macro-F1, three-way valence",
    "calibration_error": "Expected calibration error (lower is better)",
    "confident_half_accuracy": "Accuracy on the more confident half",
}
KNOWN_FAILURES = (
    "Sarcasm without a sign of it: it takes praise at its word.",
    "Denials that reach further than three words: 'never going to be bullish' stays bullish.",
    "Causes and targets: it says what a post feels, not about what; a short seller's joy at a fall is happy.",
    "Anger, disgust and sadness are rare in the training posts and often taken for one another.",
    "Other languages than English: where fewer than half of the words are known the confidence is low, but "
    "Spanish or German posts of words that tweets hold too are scored as if they were English.",
    "Words that came into use after the training posts count only by their letters.",
)


@dataclass(frozen=True)
class TrainingRun:
    """What a card says of one run of the training.

    Parameters
    ----------
    version
        Of the weights.
    inputs
        File name -> (number of posts, SHA-256 of the file).
    folds
        One evaluation a fold, on posts that its fit did not see.
    pooled
        The evaluation of all held-out predictions together.
    posts_per_second
        Speed of scoring on the machine of the run.
    """

    version: str
    date: str
    command: str
    seed: int
    n_bytes: int
    inputs: Mapping[str, tuple[int, str]]
    folds: Sequence[Evaluation]
    pooled: Evaluation
    posts_per_second: float


def write_card(run: TrainingRun) -> str:
    """Return the model card as Markdown."""
    return "\n".join(
        [
            f"# The tagger `linear`, version {run.version}",
            "",
            "<!-- Written by `emotape train`; do not edit. -->",
            "",
            f"Trained on {run.date}, seed {run.seed}, by `{run.command}`.",
            f"{run.n_bytes / 1e6:.1f} MB, no pickle, no network, no torch. A sum of contributions of words,",
            "the letters within them, emoji, and pairs of neighbours, divided by the square root of the",
            "post's number of tokens and two more, then a soft-max.",
            "",
            "## What it was fitted on",
            "",
            *_data(run.inputs),
            "",
            f"## How good it is: {len(run.folds)}-fold cross-validation on {run.pooled.n_posts:,} posts",
            "",
            "Mean and standard deviation over folds. What is learnt of words comes from the other files and",
            "our own word list only, never from a held-out post.",
            "The recipe's few settings were chosen on other folds of the same posts, so the figures may",
            "flatter it a little.",
            "EmTract's figures are those published for its DistilBERT on 2,000 other posts of the same set,",
            "so the two columns are measured on different posts.",
            "",
            *_figures(run.folds, run.pooled),
            "",
            "## By emotion (all held-out predictions)",
            "",
            *_by_class(run.pooled),
            "",
            "## Confusion: labelled in rows, tagged in columns",
            "",
            *_confusion(run.pooled),
            "",
            "## Reliability: is a confidence of 70 % right seven times in ten?",
            "",
            *_reliability(run.pooled),
            "",
            "## Speed",
            "",
            f"{run.posts_per_second:,.0f} posts a second on the machine of the training run, in one process.",
            "",
            "## Known failures",
            "",
            *(f"- {failure}" for failure in KNOWN_FAILURES),
            "",
        ]
    )


def _data(inputs: Mapping[str, tuple[int, str]]) -> list[str]:
    described = tomllib.loads((files("models.tagger") / "training_data.toml").read_text(encoding="utf-8"))
    lines = ["| file | posts | what | source | licence | SHA-256 |", "|---|---:|---|---|---|---|"]
    for name, (n_posts, digest) in inputs.items():
        facts: dict[str, str] = next((described[key] for key in described if name.startswith(key)), {})
        cells = [facts.get(key, "not described") for key in ("what", "source", "licence")]
        lines.append(f"| {name} | {n_posts:,} | {' | '.join(cells)} | `{digest[:12]}` |")
    return lines


def _figures(folds: Sequence[Evaluation], pooled: Evaluation) -> list[str]:
    lines = ["| figure | mean | SD | all posts together | EmTract |", "|---|---:|---:|---:|---:|"]
    for name, label in FIGURES.items():
        values = np.array([getattr(fold, name) for fold in folds])
        published = f"{EMTRACT[name]:.4g}" if name in EMTRACT else ""
        spread = f"{values.std(ddof=1):.4f}" if len(values) > 1 else ""
        together = f"{getattr(pooled, name):.4f}"
        lines.append(f"| {label} | {values.mean():.4f} | {spread} | {together} | {published} |")
    return lines


def _by_class(evaluation: Evaluation) -> list[str]:
    lines = ["| emotion | precision | recall | F1 | posts |", "|---|---:|---:|---:|---:|"]
    lines += [
        f"| {emotion} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {support:,} |"
        for emotion, precision, recall, f1, support in evaluation.by_class.iter_rows()
    ]
    return lines


def _confusion(evaluation: Evaluation) -> list[str]:
    lines = [f"| | {' | '.join(EMOTIONS)} |", "|---|" + "---:|" * len(EMOTIONS)]
    for emotion, row in zip(EMOTIONS, evaluation.confusion, strict=True):
        lines.append(f"| {emotion} | {' | '.join(str(n) for n in row)} |")
    return lines


def _reliability(evaluation: Evaluation) -> list[str]:
    bins = list(evaluation.reliability.iter_rows(named=True))
    plot = [
        "```mermaid",
        "xychart-beta",
        '    title "Accuracy (bars) by mean confidence; a calibrated tagger is on the line"',
        f"    x-axis [{_listed(row['confidence'] for row in bins)}]",
        '    y-axis "share right" 0 --> 1',
        f"    bar [{_listed(row['accuracy'] for row in bins)}]",
        f"    line [{_listed(row['confidence'] for row in bins)}]",
        "```",
        "",
    ]
    table = ["| mean confidence | accuracy | posts |", "|---:|---:|---:|"]
    table += [f"| {row['confidence']:.2f} | {row['accuracy']:.2f} | {row['n_posts']:,} |" for row in bins]
    return plot + table


def _listed(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)
