"""The report of a run: ratios, and the same figures as Markdown and JSON."""

from typing import Any

from benchmarks.scaling.stages import (
    BUILD,
    COPY,
    LOAD,
    NEW_BUILD,
    NEW_POSTS,
    NEW_PRICES,
    OF_FILES,
    OF_HOME,
)

WHOLE_WAY = (LOAD, BUILD)  # from the archive's CSV to the panel of firm-days; prices are no posts
NEW_DAY = (NEW_POSTS, NEW_PRICES, NEW_BUILD)
Sizes = dict[str, dict[str, dict[str, Any]]]


def compare(sizes: Sizes) -> dict[str, dict[str, float]]:
    """Compute each size's ratios and sums, of what was measured.

    Returns
    -------
    dict
        Size -> `parsing_to_copy` (seconds of `load archive` a second of the bare copy), `parsing_to_copy_cpu`
        (the same of processor time, which other work on the machine moves less), `whole_way` (posts a
        second from CSV to firm-days), `new_day_seconds` (the files of a new day until it is published).
    """
    found: dict[str, dict[str, float]] = {}
    for size, stages in sizes.items():
        took = {stage: figures["seconds"] for stage, figures in stages.items() if _is_whole(figures)}
        ratios = found.setdefault(size, {})
        if LOAD in took and COPY in took:
            ratios["parsing_to_copy"] = took[LOAD] / took[COPY]
            ratios["parsing_to_copy_cpu"] = stages[LOAD]["cpu_seconds"] / stages[COPY]["cpu_seconds"]
        if all(stage in took for stage in WHOLE_WAY):
            ratios["whole_way"] = int(size) / sum(took[stage] for stage in WHOLE_WAY)
        if all(stage in took for stage in NEW_DAY):
            ratios["new_day_seconds"] = sum(took[stage] for stage in NEW_DAY)
    return found


def cost_by_stage(sizes: Sizes, measure: str = "seconds") -> dict[str, dict[int, float]]:
    """Return microseconds a post of each stage whose work grows with the posts: stage -> size -> cost.

    The pieces of a build stand beside it as "build: piece", where they were measured.

    Parameters
    ----------
    measure
        `seconds` or `cpu_seconds`.
    """
    costs: dict[str, dict[int, float]] = {}
    for size, stages in sizes.items():
        for stage, figures in stages.items():
            if stage in {*NEW_DAY, OF_FILES[-1]} or not _is_whole(figures):
                continue
            pieces = figures.get("pieces", {}) if stage == BUILD else {}
            named = {stage: figures[measure]} | {
                f"{stage}: {name}": piece[measure] for name, piece in pieces.items() if measure in piece
            }
            for name, seconds in named.items():
                costs.setdefault(name, {})[int(size)] = seconds / int(size) * 1e6
    return {stage: dict(sorted(cost.items())) for stage, cost in costs.items()}


def render_markdown(report: dict[str, Any]) -> str:
    """Write the report that a person reads."""
    machine = report["machine"]
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    conditions = report["conditions"]
    lines = [
        "# Scale: simulated archives, the whole way",
        "",
        f"{report['date']}; {machine['cores']} cores, {machine['memory_gib']:.0f} GiB of memory, "
        f"{machine['system']}, Python {machine['python']}; {libraries}; "
        f"commit {', '.join(report['commits']) or 'unknown'}.",
        "",
        f"{conditions['firms']:,} firms, {conditions['sessions']:,} sessions, seed {conditions['seed']}; "
        "every stage in a process of its own, in a new home. All posts and prices are simulated.",
        "",
    ]
    for size in sorted(report["sizes"], key=int):
        lines += _render_size(size, report["sizes"][size], report["ratios"].get(size, {}))
    lines += _render_costs("", cost_by_stage(report["sizes"]))
    lines += _render_costs(" of processor time", cost_by_stage(report["sizes"], "cpu_seconds"))
    if report.get("figure"):
        lines += [f"![Cost of a post by stage against the number of posts]({report['figure']})", ""]
    for name, peer in report.get("peers", {}).items():
        words = peer.get("printed") or f"failed: {peer.get('failed')}"
        lines += [f"## {name} {' '.join(peer.get('arguments', []))}".rstrip(), "", "```", words, "```", ""]
    return "\n".join(lines)


def _render_size(size: str, stages: dict[str, dict[str, Any]], ratios: dict[str, float]) -> list[str]:
    lines = [
        f"## {int(size):,} posts",
        "",
        "| stage | seconds | of processors | posts | posts a second | peak MiB | disk MiB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for stage in [*OF_FILES, *OF_HOME]:
        figures = stages.get(stage)
        if figures is None:
            lines.append(f"| {stage} | not measured | | | | | |")
        elif not _is_whole(figures):
            lines.append(f"| {stage} | {figures.get('failed', 'interrupted')} | | | | | |")
        else:
            lines.append(
                f"| {stage} | {figures['seconds']:,.1f} | {figures['cpu_seconds']:,.1f} | "
                f"{figures['posts']:,} | {figures['posts_per_second']:,.0f} | {figures['peak_mib']:,.0f} | "
                f"{figures['disk_mib']:,.0f} |"
            )
            lines += [
                f"| &nbsp;&nbsp;{name} | {piece['seconds']:,.1f} | | | "
                f"{_rate(figures['posts'], piece['seconds'])} | {_seen(piece['peak_mib'])} | |"
                for name, piece in figures.get("pieces", {}).items()
            ]
    lines.append("")
    sentences = {
        "parsing_to_copy": "`load archive` takes {:.2f} times as long as DuckDB's bare copy of its files.",
        "parsing_to_copy_cpu": "In processor time it is {:.2f} times.",
        "whole_way": "From CSV to the panel of firm-days: {:,.0f} posts a second.",
        "new_day_seconds": "A new day, from its files until it is published: {:.1f} s.",
    }
    said = [sentences[name].format(value) for name, value in ratios.items()]
    return [*lines, *([" ".join(said), ""] if said else [])]


def _render_costs(of: str, costs: dict[str, dict[int, float]]) -> list[str]:
    sizes = sorted({size for cost in costs.values() for size in cost})
    if not sizes:
        return []
    lines = [
        f"## Cost of a post in microseconds{of}",
        "",
        f"| stage | {' | '.join(f'{size:,}' for size in sizes)} | largest to smallest |",
        f"|---|{'---:|' * (len(sizes) + 1)}",
    ]
    for stage, cost in costs.items():
        values = [f"{cost[size]:.2f}" if size in cost else "" for size in sizes]
        known = list(cost.values())
        grown = f"{known[-1] / known[0]:.2f}" if len(known) > 1 else ""
        lines.append(f"| {stage} | {' | '.join(values)} | {grown} |")
    return [*lines, ""]


def _rate(posts: int, seconds: float) -> str:
    return f"{posts / seconds:,.0f}" if seconds > 0 else ""


def _seen(mib: float) -> str:
    """Write a peak; a piece that ended between two looks has none."""
    return f"{mib:,.0f}" if mib else ""


def _is_whole(figures: dict[str, Any]) -> bool:
    return "seconds" in figures and "failed" not in figures
