"""One text out of the tracebacks of many ranks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def rank_ranges(ranks: Iterable[int]) -> str:
    """``[0, 1, 2, 5]`` as ``"0-2,5"``."""
    parts: list[list[int]] = []
    for rank in sorted(ranks):
        if parts and parts[-1][1] == rank - 1:
            parts[-1][1] = rank
        else:
            parts.append([rank, rank])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def fold(texts: Sequence[str]) -> str:
    """Join the texts of all ranks; equal ones are shown once.

    Parameters
    ----------
    texts : sequence of str
        One per rank, in the order of ranks; an empty text means that the rank has nothing to say.

    Returns
    -------
    str
        The texts with rank ranges as headings, those of the fewest ranks first, because they tell most about the cause.
        Without headings when every rank says the same; empty when none says anything.
    """
    groups: dict[str, list[int]] = {}
    for rank, text in enumerate(texts):
        if text:
            groups.setdefault(text.rstrip("\n"), []).append(rank)
    if not groups:
        return ""
    if len(groups) == 1 and len(next(iter(groups.values()))) == len(texts):
        return next(iter(groups)) + "\n"
    parts = []
    for text, ranks in sorted(groups.items(), key=lambda item: (len(item[1]), item[1][0])):
        parts.append(f"[rank{'s' if len(ranks) > 1 else ''} {rank_ranges(ranks)}]\n{text}\n")
    silent = [rank for rank, text in enumerate(texts) if not text]
    if silent:
        parts.append(f"[rank{'s' if len(silent) > 1 else ''} {rank_ranges(silent)}] without error\n")
    return "\n".join(parts)
