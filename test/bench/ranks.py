"""What the library costs the simulation: safe points with nobody attached, paused ranks, memory."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from live_job import ROOT, LiveJob
from wire import Kernel

STEPS = 20_000
#: Memory of a Python process after each import, shared pages divided by their users.
_IMPORTS = """
import re, json
def pss():
    return int(re.search(r"^Pss: +([0-9]+) kB", open("/proc/self/smaps_rollup").read(), re.M).group(1))
found = [("Python", pss())]
import numpy
found.append(("NumPy", pss()))
import mpi4py
mpi4py.rc.initialize = False
from mpi4py import MPI
found.append(("mpi4py with MPI's library", pss()))
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.instance(history_length=0)
found.append(("IPython", pss()))
print(json.dumps(found))
"""


def _finished(job: LiveJob, limit_s: float = 120) -> str:
    assert job.process is not None
    code = job.process.wait(timeout=limit_s)
    if code != 0:
        raise RuntimeError(f"{job.name} ended with {code}\n{job.output}")
    return job.output


def safe_point(ranks: int) -> dict[str, Any]:
    """Median cost of `allranks_step` with a bridge and nobody attached, and of an MPI_Allreduce in its place, microseconds."""
    arguments = ["--steps", str(STEPS), "--step-us", "0", "--time-safe-points"]
    with LiveJob(ranks, f"cost{ranks}", arguments, adopt=False, wait=False) as job:
        output = _finished(job)
    found = {name: float(value) for name, value in re.findall(r"^(safe point|allreduce): median ([0-9.]+) us", output, re.M)}
    return {"ranks": ranks, "safe_point_us": found["safe point"], "allreduce_us": found["allreduce"]}


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rank_pids(job: LiveJob) -> list[int]:
    return [pid for pid in job.processes() if Path(f"/proc/{pid}/comm").read_text().strip() == "step_loop"]


def paused(kernel: Kernel, job: LiveJob, seconds: float = 10.0) -> dict[str, Any]:
    """Processor time of the paused ranks of `job`, percent of a core each."""
    kernel.run("pass")
    pids = _rank_pids(job)
    before, began = [_cpu_s(pid) for pid in pids], time.monotonic()
    time.sleep(seconds)
    elapsed = time.monotonic() - began
    percent = [100 * (_cpu_s(pid) - spent) / elapsed for pid, spent in zip(pids, before)]
    return {"ranks": len(pids), "percent": [round(one, 2) for one in percent], "worst_percent": round(max(percent), 2)}


def _memory(ranks: int, bare: bool) -> list[int]:
    arguments = ["--steps", "3", "--step-us", "1000", "--memory", *(["--bare"] if bare else [])]
    with LiveJob(ranks, "memory", arguments, adopt=False, wait=False) as job:
        return [int(one) for one in re.findall(r"^memory of rank [0-9]+: ([0-9]+) KiB", _finished(job), re.M)]


def memory(ranks: int) -> dict[str, Any]:
    """Memory of a rank with and without the library, and what Python and its packages take by themselves, KiB."""
    python = os.environ.get("ALLRANKS_TEST_VENV", str(ROOT / ".venv")) + "/bin/python"
    parts = json.loads(subprocess.run([python, "-c", _IMPORTS], check=True, capture_output=True, text=True).stdout)
    steps = [(name, now - before) for (name, now), before in zip(parts, [0, *(now for _, now in parts[:-1])])]
    with_library, without = statistics.mean(_memory(ranks, False)), statistics.mean(_memory(ranks, True))
    return {"ranks": ranks, "with_kib": round(with_library), "without_kib": round(without), "alone_kib": steps}


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
