"""The choosers of a reader's own regression: only what the data have is offered; each is in the URL."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from dashboard import own_state
from dashboard.filters import LEAST
from dashboard.queries.own import Held
from dashboard.words import own as said
from dashboard.words import plain
from models.emotions import SIX
from models.estimation.own_choices import (
    ALL_POSTS,
    AS_STORED,
    LEAST_SQUARES,
    MEANS_OF,
    NONE,
    SAME_SESSION,
    WINDOWS,
    Choices,
    changeable,
    join_horizon,
    name_emotions,
    name_log_posts,
    read_choices,
    window_of,
)
from models.estimation.own_terms import IDENTIFIERS, is_contemporaneous
from models.estimation.spec import Spec
from models.tables.labels import describe, label

OUTCOMES = (
    *("ret_oc", "ret_cc", "ret_co", "abs_ret_oc", "log_rv_gk", "log_rv_parkinson", "log_rv_rs"),
    *("log_volume", "abnormal_volume"),
)
LEADS = (1, 2, 3, 4, 5, 10, 20)  # sessions
CUMULATED = "ret_oc"  # the outcome whose return goes on over later sessions
# Measures of posts are chosen by themselves; the shares and counts behind them are no controls.
_NO_CONTROL = re.compile(r"\w+_(coverage|posts_seen|n_\w+)(_lag\d+)?|(pre_open|intraday)_posts(_lag\d+)?")
WIDTH, WIDE = 185, 250  # pixels: five of them stand in a line


@dataclass(frozen=True)
class Chooser:
    """Shows the choosers of one column.

    Parameters
    ----------
    of
        Names the column in the URL.
    spec
        The column's own spec, from which it starts.
    held
        What the panel holds.
    """

    of: str
    spec: Spec
    held: Held

    def choose(self) -> Choices:
        """Show all choosers that the column's estimator allows, and return what is chosen."""
        chosen = read_choices(self.spec)
        may = changeable(self.spec)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if "outcome" in may:
                chosen = self._choose_outcome(chosen)
            if "emotions" in may:
                chosen = self._choose_emotions(chosen, "part" in may)
        if "controls" in may:
            chosen = replace(chosen, controls=self._choose_controls(chosen))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if "inference" in may:
                chosen = self._choose_inference(chosen)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            return self._choose_rows(chosen, "winsorise" in may)

    def _choose_outcome(self, chosen: Choices) -> Choices:
        held = [name for name in OUTCOMES if self.held.has(name)]
        outcome = self._one("outcome", "Outcome", _with(held, chosen.outcome), chosen.outcome, show=_label)
        ahead = [f"lead{n}" for n in LEADS if n < self.held.n_sessions]
        if outcome == CUMULATED:
            ahead += [f"cum{n}" for n in LEADS if n < self.held.n_sessions]
        own = chosen.horizon if outcome == chosen.outcome else SAME_SESSION
        horizons = _with([SAME_SESSION, *ahead], own)
        horizon = self._one("horizon", "Horizon", horizons, own, show=said.horizon)
        return replace(chosen, outcome=outcome, horizon=horizon)

    def _choose_emotions(self, chosen: Choices, with_part: bool) -> Choices:
        kinds = [kind for kind in MEANS_OF if kind == NONE or self._any_window(kind)]
        emotions = self._one(
            "emotions",
            "Emotions",
            _with([*kinds, AS_STORED] if self.spec.regressors else kinds, chosen.emotions),
            chosen.emotions,
            show=said.EMOTIONS.__getitem__,
        )
        if emotions in {AS_STORED, NONE}:
            return replace(chosen, emotions=emotions, part=ALL_POSTS)
        windows = [window for window in WINDOWS if self._has_emotions(emotions, window)]
        window = self._one(
            "window", "Whose posts, when", _with(windows, chosen.window), chosen.window,
            show=said.WINDOWS.__getitem__,
        )  # fmt: skip
        part = ALL_POSTS
        if with_part and window == "pre_open" and self.held.parts:
            own = chosen.part if window == chosen.window else ALL_POSTS
            parts = _with([ALL_POSTS, *self.held.parts], own)
            part = self._one("part", "Which posts", parts, own, show=said.part)
        return replace(chosen, emotions=emotions, window=window, part=part)

    def _choose_controls(self, chosen: Choices) -> tuple[str, ...]:
        """Choose controls; the count of posts is at first that of the posts whose emotions are chosen."""
        outcome = join_horizon(chosen.outcome, chosen.horizon)
        stored = read_choices(self.spec)
        # With the stored regressors, or none, the stored count stays.
        count, own_count = (
            name_log_posts(choice.window, choice.part) if choice.emotions not in {AS_STORED, NONE} else ""
            for choice in (chosen, stored)
        )
        own_count = own_count or name_log_posts(self.spec.sample.window)
        own = [count if count and name == own_count else name for name in stored.controls]
        offered = [name for name in self.held.columns if self._is_control(name, outcome)]
        names = [name for name in dict.fromkeys([*own, *stored.controls, *offered]) if name != outcome]
        default = [name for name in own if name in names]
        found = own_state.recall_many(self.of, "controls", set(names), default)
        st.session_state[own_state.widget_key("controls")] = found
        st.multiselect(
            "Controls",
            names,
            format_func=_label,
            help=said.TIPS["controls"],
            **own_state.bind(self.of, "controls", own_state.write_many(default), write=own_state.write_many),
        )
        return tuple(found)

    def _choose_inference(self, chosen: Choices) -> Choices:
        own = _write_effects(chosen.effects)
        effects = self._one(
            "effects", "Effects absorbed", _with(said.EFFECTS, own), own, show=said.EFFECTS.__getitem__
        )
        inference = self._one(
            "inference",
            "Standard errors",
            _with(said.INFERENCE, chosen.inference),
            chosen.inference,
            show=said.inference,
            width=WIDE,
        )
        bootstrap = chosen.bootstrap
        if inference.startswith("cluster:"):
            default = str(chosen.bootstrap)
            bootstrap = own_state.recall(self.of, "bootstrap", ("True", "False"), default) == "True"
            st.session_state[own_state.widget_key("bootstrap")] = bootstrap
            st.toggle(
                "Wild bootstrap where clusters are few",
                help=said.TIPS["bootstrap"],
                **own_state.bind(self.of, "bootstrap", default),
            )
        absorbed = () if effects == own_state.EMPTY else tuple(effects.split("+"))
        return replace(chosen, effects=absorbed, inference=inference, bootstrap=bootstrap)

    def _choose_rows(self, chosen: Choices, with_winsorising: bool) -> Choices:
        own_posts, own_price = str(chosen.min_posts), _write_price(chosen.price_floor)
        least = self._one(
            "min_posts", "Minimum posts", sorted(_with(LEAST, own_posts), key=int), own_posts, show=said.posts
        )
        price = own_price
        if self.held.has("close_lag1"):
            price = self._one(
                "price_floor", "Least price", _with(said.PRICES, own_price), own_price,
                show=lambda choice: said.PRICES.get(choice, f"{choice} dollars"),
            )  # fmt: skip
        winsorise = chosen.winsorise
        if with_winsorising:
            own = own_state.EMPTY if winsorise is None else f"{winsorise[0]:g}"
            low = self._one(
                "winsorise", "Winsorised at", _with(said.WINSORISING, own), own,
                show=lambda choice: said.WINSORISING.get(choice, "As in the column"),
            )  # fmt: skip
            if low != own:
                winsorise = None if low == own_state.EMPTY else (float(low), 1 - float(low))
        start = self._choose_day("start", "From session", chosen.start, self.held.first)
        end = self._choose_day("end", "To session", chosen.end, self.held.last)
        return replace(
            chosen,
            min_posts=int(least),
            price_floor=None if price == "any" else float(price),
            winsorise=winsorise,
            start=start,
            end=end,
        )

    def _choose_day(self, name: str, heading: str, own: str | None, bound: date | None) -> str | None:
        """Choose a day; the first or last session of the panel stands for all of them."""
        first, last = self.held.first, self.held.last
        if first is None or last is None or bound is None:
            return own
        default = own or bound.isoformat()
        asked = st.query_params.get(own_state.widget_key(name), "")
        valid = {default, *([asked] if _is_within(asked, first, last) else [])}
        day = own_state.recall(self.of, name, valid, default)
        st.session_state[own_state.widget_key(name)] = date.fromisoformat(day)
        st.date_input(
            heading,
            min_value=min(first, date.fromisoformat(day)),
            max_value=max(last, date.fromisoformat(day)),
            format="YYYY-MM-DD",
            width=WIDTH,
            help=said.TIPS[name],
            **own_state.bind(self.of, name, default),
        )
        return own if day == default else None if day == bound.isoformat() else day

    def _one(
        self,
        name: str,
        heading: str,
        options: Sequence[str],
        default: str,
        show: Callable[[str], str],
        width: int = WIDTH,
    ) -> str:
        chosen = own_state.recall(self.of, name, set(options), default)
        st.session_state[own_state.widget_key(name)] = chosen
        st.selectbox(
            heading,
            options,
            format_func=show,
            help=said.TIPS[name],
            width=width,
            **own_state.bind(self.of, name, default),
        )
        return chosen

    def _any_window(self, emotions: str) -> bool:
        return any(self._has_emotions(emotions, window) for window in WINDOWS)

    def _has_emotions(self, emotions: str, window: str) -> bool:
        base = window_of(window)
        return all(self.held.has(name) for name in name_emotions(emotions, base))

    def _is_control(self, name: str, outcome: str) -> bool:
        """Whether a column may be offered: it has values, is no measure of posts, and is known before."""
        is_measure = describe(name).place is not None or any(name.endswith(f"_{e}") for e in SIX)
        return (
            self.held.has(name)
            and name not in IDENTIFIERS
            and not is_measure
            and not _NO_CONTROL.fullmatch(name)
            and not is_contemporaneous(name, outcome)
        )


def name_column(family: str, column: str) -> str:
    """Name a column in the URL."""
    return f"{family}.{column}"


def fixes_its_method(spec: Spec) -> bool:
    """Whether a column's estimator fixes effects and standard errors, or its terms too."""
    return spec.estimator != LEAST_SQUARES


def _with(options: Sequence[str] | dict[str, str], own: str) -> list[str]:
    """Return options with the column's own among them."""
    return list(options) if own in options else [own, *options]


def _write_effects(effects: tuple[str, ...]) -> str:
    return "+".join(effects) or own_state.EMPTY


def _write_price(floor: float | None) -> str:
    return "any" if floor is None else f"{floor:g}"


def _is_within(text: str, first: date, last: date) -> bool:
    try:
        return first <= date.fromisoformat(text) <= last
    except ValueError:
        return False


def _label(name: str) -> str:
    return plain(label(name), 80)
