"""Processor time of a cell, process by process: what a busy machine does not hide.

    cpu.py [--ranks 1,4] [-n N] [--code CODE]

For each number of ranks a paused job runs `N` cells one after the other, then `N` cells that were all sent at once. Printed are
user and system time of kernel, bridge and ranks, microseconds a cell, beside wall-clock times.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from live_job import LiveJob  # noqa: E402
from wire import Kernel  # noqa: E402

TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def _seconds(pid: int) -> float:
    """User and system time of a process, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def _groups(job: LiveJob, kernel: Kernel) -> dict[str, list[int]]:
    record = json.loads((job.folder / "data" / "allranks" / "jobs" / f"{job.name}.json").read_text())
    program = b"step_loop"
    ranks = [pid for pid in job.processes() if Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].endswith(program)]
    return {"kernel": [kernel.process.pid], "bridge": [record["bridgePid"]], "ranks": ranks}


def _report(what: str, groups: dict[str, list[int]], n: int, before: dict[int, float], wall: str) -> None:
    per = {name: sum(_seconds(pid) - before[pid] for pid in pids) / max(1, len(pids)) / n * 1e6 for name, pids in groups.items()}
    print(f"  {what:<11}{wall:<22}" + "  ".join(f"{name} {value:4.0f} us" for name, value in per.items()), flush=True)


def measure(ranks: int, n: int, code: str) -> None:
    """Both runs on a job of so many ranks."""
    with LiveJob(ranks, f"cpu{ranks}", options=["--pause-at", "start"], adopt=False) as job:
        with Kernel(f"{ranks} ranks", job.kernel_argv, job.environment, "message") as kernel:
            print(f"{ranks} {'rank' if ranks == 1 else 'ranks'}, `{code}`")
            for _ in range(200):
                kernel.run(code)
            groups = _groups(job, kernel)
            everyone = [pid for pids in groups.values() for pid in pids]
            before = {pid: _seconds(pid) for pid in everyone}
            times = [kernel.run(code).idle_s * 1000 for _ in range(n)]
            _report("sequential", groups, n, before, f"p50 {statistics.median(times):.3f} ms")
            content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
            requests = [kernel.build("execute_request", content) for _ in range(n)]
            before = {pid: _seconds(pid) for pid in everyone}
            began = time.perf_counter()
            for _, frames in requests:
                kernel.sockets["shell"].send_multipart(frames)
            cell = kernel.finish(requests[-1][0], began, 120)
            _report("pipelined", groups, n, before, f"{n / max(cell.idle_s, cell.reply_s):.0f} 1/s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ranks", default="1,4", help="numbers of ranks, separated by commas")
    parser.add_argument("-n", type=int, default=1000, help="cells in each of the two runs")
    parser.add_argument("--code", default="pass")
    args = parser.parse_args()
    for ranks in args.ranks.split(","):
        measure(int(ranks), args.n, args.code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
