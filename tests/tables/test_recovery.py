"""The headline of a simulated market says what the numbers say."""

import polars as pl

from models.emotions import SIX
from models.tables.recovery import compare_with_planted

PLANTED = {"happy": 0.004, "sad": -0.003, "anger": -0.002, "disgust": -0.002, "surprise": 0.0, "fear": -0.004}


def results(**factor_and_sd: tuple[float, float]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Estimates that are the planted values times a factor, within 10 bp, for regressors of a spread."""
    models, terms = [], []
    for tagger, (factor, sd) in factor_and_sd.items():
        models.append({"family": "predictive", "tagger": tagger, "column_no": 3, "result_id": tagger})
        terms += [
            {
                "result_id": tagger,
                "term": f"pre_open_{emotion}",
                "estimate": factor * PLANTED[emotion],
                "conf_low": factor * PLANTED[emotion] - 0.001,
                "conf_high": factor * PLANTED[emotion] + 0.001,
                "within_sd": sd,
                "estimate_per_sd": factor * PLANTED[emotion] * sd,
            }
            for emotion in SIX
        ]
    return pl.DataFrame(models), pl.DataFrame(terms)


def test_planted_and_both_estimates_stand_side_by_side_in_basis_points():
    text = compare_with_planted(*results(truth=(1.0, 0.2), linear=(0.5, 0.1)), PLANTED, "truth", "linear")
    (happy,) = (line for line in text.splitlines() if line.startswith("happy"))
    assert happy.split() == ["happy", "40.0", "40.0", "[30.0,", "50.0]", "20.0", "[10.0,", "30.0]"]
    assert "6 of 6 from true emotions, 3 of 6 from tagged ones" in text
    assert "simulated" in text


def test_attenuation_is_told_per_standard_deviation():
    # Half the coefficient on half the spread: a quarter per standard deviation.
    text = compare_with_planted(*results(truth=(1.0, 0.2), linear=(0.5, 0.1)), PLANTED, "truth", "linear")
    assert "by 25% of what they move with the true ones" in text
    # A larger coefficient on a smaller spread is attenuation too.
    text = compare_with_planted(*results(truth=(1.0, 0.2), linear=(1.5, 0.1)), PLANTED, "truth", "linear")
    assert "by 75% of what" in text
    assert "50% of their standard deviation" in text
