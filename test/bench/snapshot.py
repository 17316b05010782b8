"""What `%%snapshot` costs a rank that holds much memory: the cell itself, and the first writes of the rank afterwards.

    PYTHON test/bench/snapshot.py [GIBIBYTES]

One interpreter with a double of the library, no MPI. Medians of five; each figure is given for no memory and for all of it.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "python"))

from rank_program import Rank  # noqa: E402

ROUNDS = 5
PAGE_BYTES = 4096


def milliseconds(work: object) -> float:
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    gibibytes = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    rank = Rank()
    rank.cell("%%snapshot\n1")
    for size in (0.0, gibibytes):
        held = bytearray(int(size * 2**30))

        def write() -> None:
            held[::PAGE_BYTES] = b"x" * len(range(0, len(held), PAGE_BYTES))

        write()
        before = statistics.median(milliseconds(write) for _ in range(ROUNDS))
        cells, after = [], []
        for _ in range(ROUNDS):
            cells.append(milliseconds(lambda: rank.cell("%%snapshot\n1")))
            after.append(milliseconds(write))
        print(
            f"{size:g} GiB: snapshot of `1` {statistics.median(cells):.1f} ms; a write to every page {before:.1f} ms before, "
            f"{statistics.median(after):.1f} ms after it"
        )


if __name__ == "__main__":
    main()
