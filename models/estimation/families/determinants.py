"""What moves emotions: each of them on what was known of the firm before they were written."""

from models.emotions import EMOTIONS
from models.estimation.spec import Family, Sample, Spec

PAST = ("ret_oc_lag1", "ret_20", "vol_183", "abnormal_volume_lag1")

DETERMINANTS = Family(
    name="determinants",
    explanation="What do past returns, volatility and volume say of the emotions that follow?",
    specs=tuple(
        Spec(
            family="determinants",
            column_no=number,
            title=emotion.capitalize(),
            outcome=f"pre_open_{emotion}",
            regressors=PAST,
            controls=("pre_open_log_posts",),
            winsorised=("ret_oc_lag1", "ret_20"),
            sample=Sample(),
        )
        for number, emotion in enumerate(EMOTIONS, start=1)
    ),
    caution="Associations, not effects: what moves prices may move people directly.",
)
