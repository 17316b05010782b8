"""From results to the tables of BENCHMARKS.md."""

from __future__ import annotations

import statistics
from typing import Any

from metrics import METRICS

BASE = "ipykernel"


def summarise(rounds: list[dict[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Median over the rounds of each metric and kernel, and its ratio to ipykernel in the same rounds."""
    summary: dict[str, dict[str, Any]] = {}
    for name in METRICS:
        row = summary[name] = {}
        for label in rounds[0]:
            seen = [one[label][name] for one in rounds]
            failed = [one["error"] for one in seen if "error" in one]
            if failed:
                row[label] = {"error": failed[0]}
                continue
            row[label] = {"value": statistics.median(one["value"] for one in seen), "unit": seen[0]["unit"]}
            if "whole" in seen[0]:
                row[label]["whole"] = all(one["whole"] for one in seen)
            base = [one[BASE][name].get("value") for one in rounds]
            if all(base):
                row[label]["ratio"] = round(statistics.median(one["value"] / other for one, other in zip(seen, base)), 3)
    return summary


def _cell(entry: dict[str, Any], base: bool) -> str:
    if "error" in entry:
        return f"failed: {entry['error']}"
    value = entry["value"]
    text = f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
    text += f" {entry['unit']}"
    if entry.get("whole") is False:
        text += ", **not whole**"
    return text if base or "ratio" not in entry else f"{text} ({entry['ratio']:.2g})"


def tables(results: dict[str, Any]) -> str:
    """Markdown."""
    summary = results["summary"]
    labels = list(next(iter(summary.values())))
    lines = ["| metric | " + " | ".join(labels) + " |", "|---|" + "---|" * len(labels)]
    for name, row in summary.items():
        lines.append(f"| {METRICS[name][0]} | " + " | ".join(_cell(row[label], label == BASE) for label in labels) + " |")
    lines += ["", "In brackets: ratio to ipykernel in the same rounds, median. Times are medians over all requests of a round, then over rounds.", ""]
    if results.get("safe_points"):
        lines += ["| ranks | safe point with nobody attached | MPI_Allreduce of 8 bytes in its place |", "|---|---|---|"]
        lines += [f"| {one['ranks']} | {one['safe_point_us']:.2f} µs | {one['allreduce_us']:.2f} µs |" for one in results["safe_points"]]
        lines.append("")
    if results.get("paused"):
        one = results["paused"]
        lines += [f"Paused ranks ({one['ranks']}, a notebook attached, 10 s): at most {one['worst_percent']:.2f} % of a core each.", ""]
    if results.get("memory"):
        one = results["memory"]
        lines += [f"Memory of a rank of {one['ranks']} (pages shared between ranks divided by their users): {one['with_kib'] / 1024:.1f} MiB with, {one['without_kib'] / 1024:.1f} MiB without the library.", ""]
        lines += ["| alone, in one process | MiB |", "|---|---|"]
        lines += [f"| {name} | {kib / 1024:.1f} |" for name, kib in one["alone_kib"]]
        lines.append("")
    if results.get("volume"):
        one = results["volume"]
        lines += [
            f"{one['lines']:,} lines of each of {one['ranks']} ranks in one cell, {one['seconds']:.1f} s{'' if one['whole'] else ', **not whole**'}: longest heartbeat "
            f"{one['worst_beat_ms']:.0f} ms, longest answer on control {one['worst_control_ms']:.0f} ms ({one['asked']} of each); memory at most "
            f"{one['kernel_mib']:.0f} MiB of the kernel, {one['bridge_mib']:.0f} MiB of the bridge.",
            "",
        ]
    if results.get("running"):
        one = results["running"]
        lines += [f"execute `pass` in a simulation that runs on 4 ranks with steps of 1 ms: {one['value']:.2f} ms.", ""]
    if results.get("faults"):
        lines += _protection(results["faults"])
    return "\n".join(lines)


def _protection(found: dict[str, Any]) -> list[str]:
    guard, snapshot, lammps = found["guard"], found["snapshot"], found["lammps"]
    lines = [
        "| what protection costs | |",
        "|---|---|",
        f"| 8-byte MPI_Allreduce of 2 ranks: plain | {guard['plain_us']:.2f} µs |",
        f"| through the MPI guard, outside of cells | {guard['outside_us']:.2f} µs ({guard['outside_ratio']:.2f}) |",
        f"| through the MPI guard, in a cell | {guard['inside_us']:.2f} µs ({guard['inside_ratio']:.2f}) |",
    ]
    for one in found["release"]:
        lines.append(f"| {one['ranks']} ranks: from a raise to the return of all that wait in MPI for its rank | {one['p50_ms']:.0f} ms, 95 % within {one['p95_ms']:.0f} ms |")
    for one in found.get("death", []):
        lines.append(
            f"| {one['ranks']} ranks: from SIGKILL of one to the error of the running cell, and to the text in an idle notebook ({one['n']} runs) | "
            f"{one['cell_ms']:.0f} ms, {one['idle_ms']:.0f} ms; at most {one['cell_worst_ms']:.0f} ms, {one['idle_worst_ms']:.0f} ms |"
        )
    lines += [
        f"| `%%snapshot` of `1` in a rank without data | {snapshot['small_ms']:.1f} ms |",
    ]
    for one in (snapshot, found.get("snapshot_small_pages")):
        if one is None:
            continue
        pages = f"{one['huge_pages_gib']:g} GiB of it in huge pages" if one.get("huge_pages_gib", 0) > 0.01 else "in pages of 4 KiB"
        lines += [
            f"| with {one['gib']:g} GiB, {pages} | {one['large_ms']:.1f} ms, {one['per_gib_ms']:.0f} ms per GiB |",
            f"| the rank's write to every 4 KiB of it: before, and in the first step after a snapshot | {one['write_before_ms']:.0f} ms, {one['write_after_ms']:.0f} ms |",
        ]
    if "error" in lammps:
        lines.append(f"| a step of LAMMPS | not measured: {lammps['error']} |")
    else:
        lines.append(
            f"| a step of LAMMPS ({lammps['atoms']:,} atoms, {lammps['ranks']} ranks): with a hook that does nothing, and with the library and nobody attached; in runs of their own | "
            f"{lammps['alone_us']:.0f} µs, {lammps['with_us']:.0f} µs ({lammps['percent']:+.2f} %; the same without the library twice: {lammps['floor_percent']:+.2f} %) |"
        )
        for what, name in (("the same within one run, in turns of 12 steps", "turns"), ("and with an inline function that does nothing called at each step", "function")):
            without, live, percent, floor = (lammps[f"{name}_{part}"] for part in ("without_us", "with_us", "percent", "floor_percent"))
            lines.append(f"| {what} | {without:.0f} µs, {live:.0f} µs ({percent:+.2f} %; without the library twice: {floor:+.2f} %) |")
    return [*lines, ""]


def goals(results: dict[str, Any]) -> list[tuple[str, float, str, bool]]:
    """(what, measured, bound, reached) of the project's goals."""
    summary = results["summary"]

    def ratio(metric: str, label: str) -> float:
        return summary[metric][label].get("ratio", float("nan"))

    found: list[tuple[str, float, str, bool]] = []

    def most(what: str, value: float, bound: float) -> None:
        found.append((what, value, f"≤ {bound}", value <= bound))

    def least(what: str, value: float, bound: float) -> None:
        found.append((what, value, f"≥ {bound}", value >= bound))

    most("execute `pass`, 4 ranks, ratio", ratio("execute_pass", "4 ranks"), 0.35)
    most("execute `pass`, 1 rank, ratio", ratio("execute_pass", "1 rank"), 0.25)
    for label in ("1 rank", "4 ranks"):
        least(f"{label}: pipelined executes, ratio", ratio("pipelined", label), 8)
        most(f"{label}: control during a busy cell, ratio", ratio("control_busy", label), 0.05)
        most(f"{label}: kernel_info, ratio", ratio("kernel_info", label), 0.2)
        least(f"{label}: printed lines whole", float(summary["lines"][label].get("whole", False)), 1)
    least("1 rank: printed lines, ratio", ratio("lines", "1 rank"), 4)
    for one in results.get("safe_points", []):
        if one["ranks"] == 1:
            most("safe point at 1 rank, µs", one["safe_point_us"], 2)
    if results.get("paused"):
        most("paused rank, percent of a core", results["paused"]["worst_percent"], 1)
    if results.get("volume"):
        most("heartbeat while 4 ranks print 1,000,000 lines each, ms", results["volume"]["worst_beat_ms"], 1000)
    faults = results.get("faults", {})
    for one in faults.get("release", []):
        most(f"{one['ranks']} ranks: release after a raise, ms", one["p50_ms"], 300)
    for one in faults.get("death", []):
        most(f"{one['ranks']} ranks: a rank's death in every notebook, ms", max(one["cell_worst_ms"], one["idle_worst_ms"]), 2000)
    if "turns_percent" in faults.get("lammps", {}):
        most("a step of LAMMPS with the library, percent more", faults["lammps"]["turns_percent"], 1)
    return found
