"""The columns of the tables on the page of the tagger. Texts are text columns: never Markdown or HTML."""

import streamlit as st

PROBABILITIES = {
    "emotion": st.column_config.TextColumn("Emotion"),
    "probability": st.column_config.NumberColumn("Probability", format="%.4f"),
}
CONTRARY = {
    "body": st.column_config.TextColumn("Post", width=330),
    "sentiment": st.column_config.TextColumn("Author’s tag", width=90),
    "valence": st.column_config.NumberColumn(
        "Valence", format="%+.2f", width=70, help="Happy less sad, anger, disgust and fear."
    ),
    "emotion": st.column_config.TextColumn("Likeliest", width=80),
    "confidence": st.column_config.ProgressColumn(
        "Confidence", format="percent", min_value=0, max_value=1, width="small",
        help="The tagger's probability of the likeliest emotion.",
    ),
    "tickers": st.column_config.TextColumn("Symbols", width=90),
    "available_at": st.column_config.DatetimeColumn("Time (UTC)", format="YYYY-MM-DD HH:mm", width=130),
}  # fmt: skip
AGREEMENT = {
    "strength": st.column_config.NumberColumn("Mean distance of valence from zero", format="%.2f"),
    "n_posts": st.column_config.NumberColumn("Tagged posts", format="localized"),
    "n_agree": st.column_config.NumberColumn("Agree in sign", format="localized"),
    "share": st.column_config.NumberColumn("Share", format="%.1f %%"),
    "low": st.column_config.NumberColumn("95 % low", format="%.1f %%"),
    "high": st.column_config.NumberColumn("95 % high", format="%.1f %%"),
}
PAIRS = {
    "tagger_a": st.column_config.TextColumn("Tagger"),
    "tagger_b": st.column_config.TextColumn("Beside"),
    "kappa": st.column_config.NumberColumn(
        "Cohen's kappa", format="%.2f", help="Agreement beyond chance: 1 is full, 0 is chance."
    ),
    "same": st.column_config.NumberColumn(
        "Same likeliest emotion", format="%.1f %%", help="Share of posts to which both give the same emotion."
    ),
    "n_posts": st.column_config.NumberColumn("Posts", format="localized"),
}
CONFUSION = {
    "true": st.column_config.TextColumn("Truly"),
    "tagged": st.column_config.TextColumn("Tagged"),
    "n": st.column_config.NumberColumn("Posts", format="localized"),
}
RELIABILITY = {
    "confidence": st.column_config.NumberColumn("Mean confidence", format="%.1f %%"),
    "accuracy": st.column_config.NumberColumn("Tagged rightly", format="%.1f %%"),
    "n_posts": st.column_config.NumberColumn("Posts", format="localized"),
}
