"""How long a request of yt_run_ReloadScript takes from its file to the file of its result: `reload.py [RANKS] [REQUESTS]`."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from live_job import LiveJob


def main() -> None:
    ranks, requests = int(sys.argv[1]) if len(sys.argv) > 1 else 4, int(sys.argv[2]) if len(sys.argv) > 2 else 50
    job = LiveJob(ranks, "reload", ["0", "r", "each_round"], program="libyt_entries")
    work = job.folder / "w"
    (work / "libyt_entries_script.py").write_text("def each_round(): pass\n")
    (work / "reload.py").write_text("def each_round():\n    return 1\n")
    (work / "LIBYT_STOP").touch()
    taken = []
    with job:
        for _ in range(requests + 1):
            began = time.perf_counter()
            (work / "LIBYT_RELOAD").touch()
            while (work / "LIBYT_RELOAD").exists():
                time.sleep(0.001)
            taken.append((time.perf_counter() - began) * 1000)
    taken = sorted(taken[1:])
    print(f"{ranks} ranks, {requests} requests: median {statistics.median(taken):.0f} ms, 99 % {taken[int(len(taken) * 0.99)]:.0f} ms, longest {taken[-1]:.0f} ms")


main()
