"""The tables behind the figures of initial public offerings: their columns, in words and units."""

from streamlit import column_config as column

_SESSIONS = column.NumberColumn("Sessions after the first", format="%d", pinned=True)

FIRST_DAYS = {
    "ticker": column.TextColumn("Symbol", pinned=True),
    "session": column.DateColumn("First session", format="YYYY-MM-DD"),
    "enthusiasm": column.NumberColumn(
        "Enthusiasm, %",
        format="%.1f",
        help="Mean probability of happy over the posts before the first trade.",
    ),
    "n_posts_before": column.NumberColumn("Posts before", format="localized"),
    "first_day_return": column.NumberColumn("First day, %", format="%+.1f"),
    "offer_price": column.NumberColumn("Offer price", format="%.2f"),
    "first_close": column.NumberColumn("First close", format="%.2f"),
}
PATHS = {
    "event_session": _SESSIONS,
    "group": column.TextColumn("Listings of"),
    "mean": column.NumberColumn("Mean less the market's, %", format="%+.1f"),
    "conf_low": column.NumberColumn("95 % low", format="%+.1f"),
    "conf_high": column.NumberColumn("95 % high", format="%+.1f"),
    "n": column.NumberColumn("Still followed", format="localized"),
}
PATH = {
    "event_session": _SESSIONS,
    "bhr": column.NumberColumn("This listing, %", format="%+.1f"),
    "bhr_m": column.NumberColumn("The market, %", format="%+.1f"),
    "bhar_m": column.NumberColumn("Less the market, %", format="%+.1f"),
}
