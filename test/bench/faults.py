"""What protection costs: the MPI guard, the release of ranks that wait for ever, news of a rank's death, `%%snapshot`, and a step of LAMMPS.

    PYTHON test/bench/faults.py [guard] [release] [death] [snapshot] [lammps]      prints JSON; part of bench.py too

Each figure is a median of interleaved repetitions, so that noise of a shared machine falls on all sides alike.
"""

from __future__ import annotations

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import zmq

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from live_job import ROOT, LiveJob  # noqa: E402
import lammps_step  # noqa: E402
from wire import Kernel  # noqa: E402

_VENV = Path(os.environ.get("ALLRANKS_TEST_VENV", ROOT / ".venv"))
_LAUNCH_ENV = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
    "OMP_NUM_THREADS": "1",
}


def _launch(mpiexec: str, ranks: int, *program: str) -> str:
    # Open MPI's launcher will not start where one that was killed under the same process id has left its session folder.
    with tempfile.TemporaryDirectory(prefix="ar-") as folder:
        done = subprocess.run(
            [mpiexec, "-n", str(ranks), *program], capture_output=True, text=True, timeout=600, cwd=folder,
            env={**os.environ, **_LAUNCH_ENV, "TMPDIR": folder},
        )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(program)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def guard(rounds: int = 5) -> dict[str, Any]:
    """An 8-byte MPI_Allreduce on 2 ranks: plain, through a replaced slot outside of a cell, and in a cell; microseconds."""
    build = ROOT / "build" / "guard-wheel"
    bin_folder = _VENV / "bin"
    configure = ["-S", str(ROOT / "native" / "guard"), "-B", str(build), "-DGUARD_TESTS=ON", "-DCMAKE_BUILD_TYPE=RelWithDebInfo"]
    mpi = [f"-DMPI_C_COMPILER={bin_folder / 'mpicc'}", f"-DMPI_CXX_COMPILER={bin_folder / 'mpicxx'}"]
    for words in (configure + mpi, ["--build", str(build), "--parallel", "2"]):
        subprocess.run(["cmake", *words], check=True, capture_output=True)
    programs = build / "guard_tests"
    found = []
    for _ in range(rounds):
        text = _launch(str(bin_folder / "mpiexec"), 2, str(programs / "cost"), str(programs / "extension_module.so"))
        numbers = re.search(r"plain ([0-9.]+), outside a cell ([0-9.]+), in a cell ([0-9.]+)", text)
        if numbers is None:
            raise RuntimeError(f"the cost of a call is not in: {text}")
        found.append([float(number) for number in numbers.groups()])
    plain, outside, inside = (statistics.median(one[at] for one in found) for at in range(3))
    return {
        "plain_us": plain,
        "outside_us": outside,
        "inside_us": inside,
        "outside_ratio": round(statistics.median(one[1] / one[0] for one in found), 3),
        "inside_ratio": round(statistics.median(one[2] / one[0] for one in found), 3),
    }


_RELEASED = """
import time
mark = None
try:
    if rank == 1:
        time.sleep(0.05)
        mark = time.monotonic()
        raise ValueError('on purpose')
    comm.Barrier()
except Exception:
    mark = mark or time.monotonic()
    raise
"""


def _printed(kernel: Kernel, code: str) -> Any:
    cell = kernel.run(f"import json\nif rank == 0: print(json.dumps({code}))\nelse: {code}")
    text = "".join(kernel.content(body)["text"] for kind, body in cell.outputs if kind == "stream")
    return json.loads(text)


def release(ranks: int, rounds: int = 30) -> dict[str, Any]:
    """From the raise on rank 1 to the last rank that is back from MPI_Barrier, and to the idle of the cell; milliseconds."""
    with LiveJob(ranks, f"release{ranks}", options=["--pause-at", "start"], adopt=False) as job:
        with Kernel(f"{ranks} ranks", job.kernel_argv, job.environment, "message") as kernel:
            kernel.run("import allranks\nfrom mpi4py import MPI\ncomm, rank = allranks.comm, allranks.rank")
            taken = []
            for _ in range(rounds):
                cell = kernel.finish(*kernel.start(_RELEASED))
                if kernel.content(cell.reply or [])["status"] != "error":
                    raise RuntimeError("a cell whose rank 1 raised was ok")
                marks = _printed(kernel, "comm.allgather(mark)")
                taken.append(1000 * (max(marks) - marks[1]))
    taken.sort()
    return {"ranks": ranks, "p50_ms": round(statistics.median(taken), 1), "p95_ms": round(taken[int(0.95 * (len(taken) - 1))], 1), "n": rounds}


def _death(ranks: int, idle: int) -> tuple[float, list[float]]:
    """One job and its rank 1 killed: milliseconds to the error of the running cell, and to the text in each idle notebook."""
    with LiveJob(ranks, f"death{ranks}", adopt=False) as job, ExitStack() as stack:
        busy, *others = [stack.enter_context(Kernel(f"notebook {number}", job.kernel_argv, job.environment, "message")) for number in range(1 + idle)]
        busy.run("import allranks, os, time\nrank, comm = allranks.rank, allranks.comm")
        pid = _printed(busy, "comm.allgather(os.getpid())")[1]
        for other in others:
            other.run("pass")
            other.drain()
        cell, _ = busy.begin("time.sleep(600)")
        poller = zmq.Poller()
        waited = {one.sockets["iopub"]: one for one in (busy, *others)}
        for one in waited:
            poller.register(one, zmq.POLLIN)
        found: dict[Kernel, float] = {}
        heard: list[tuple[str, str, str]] = []
        began = time.perf_counter()
        os.kill(pid, signal.SIGKILL)
        while len(found) < len(waited):
            ready = poller.poll(60_000)
            if not ready:
                raise TimeoutError(f"only {[one.label for one in found]} were told of the death of a rank within 60 s; heard: {heard}\n{job.output}")
            for one, _ in ready:
                frames, now = one.recv_multipart(), time.perf_counter()
                kernel = waited[one]
                kind, parent, body = kernel.head(frames)
                content = kernel.content(body)
                heard.append((kernel.label, kind, str(content)[:200]))
                if kernel is busy:
                    told = parent == cell and kind == "error" and "was killed by SIGKILL" in content["evalue"]
                else:
                    told = kind == "stream" and "was killed by SIGKILL" in content["text"]
                if told:
                    found.setdefault(kernel, 1000 * (now - began))
    return found[busy], [found[other] for other in others]


def death(ranks: int, rounds: int = 7) -> dict[str, Any]:
    """From SIGKILL of a rank to the error of the cell that runs, and to the text in two idle notebooks; milliseconds."""
    rows = [_death(ranks, 2) for _ in range(rounds)]
    cells, idle = [row[0] for row in rows], [one for row in rows for one in row[1]]
    return {
        "ranks": ranks,
        "cell_ms": round(statistics.median(cells), 1),
        "cell_worst_ms": round(max(cells), 1),
        "idle_ms": round(statistics.median(idle), 1),
        "idle_worst_ms": round(max(idle), 1),
        "n": rounds,
    }


_HUGE = r"int(re.search(r'^AnonHugePages: +([0-9]+)', open('/proc/self/smaps_rollup').read(), re.M).group(1)) / 1024"


def snapshot(gibibytes: float = 1.0, rounds: int = 5, huge: bool = True) -> dict[str, Any]:
    """`%%snapshot` in one rank without and with that much memory, and the rank's first write to all of it afterwards; milliseconds.

    `huge`: NumPy asks for huge pages, and Linux gives them where it can; else all are of 4 KiB.
    """
    with LiveJob(1, "snapshot", options=["--pause-at", "start"], adopt=False) as job:
        with Kernel("1 rank", job.kernel_argv, job.environment, "message") as kernel:
            kernel.run("import ctypes, re, time\nimport numpy as np\nrank, held = 0, np.zeros(1)\ndef write():\n    began = time.monotonic()\n    held[::512] += 1\n    return 1000 * (time.monotonic() - began)")

            def cells() -> tuple[float, float, float]:
                snapshots, before, after = [], [], []
                for _ in range(rounds):
                    _printed(kernel, "write()")
                    before.append(_printed(kernel, "write()"))
                    snapshots.append(1000 * kernel.run("%%snapshot\n1").idle_s)
                    after.append(_printed(kernel, "write()"))
                return statistics.median(snapshots), statistics.median(before), statistics.median(after)

            small, _, _ = cells()
            if not huge:
                # PR_SET_THP_DISABLE
                kernel.run("assert ctypes.CDLL(None).prctl(41, 1, 0, 0, 0) == 0")
            kernel.run(f"held = np.ones(int({gibibytes} * 2**27))")
            large, before, after = cells()
            huge_mib = _printed(kernel, _HUGE)
    return {
        "gib": gibibytes,
        "huge_pages_gib": round(huge_mib / 1024, 2),
        "small_ms": round(small, 1),
        "large_ms": round(large, 1),
        "per_gib_ms": round((large - small) / gibibytes, 1),
        "write_before_ms": round(before, 1),
        "write_after_ms": round(after, 1),
    }


def measure(progress: Any) -> dict[str, Any]:
    """All of them, by name."""
    found: dict[str, Any] = {}
    for name, work in (
        ("guard", guard),
        ("release", lambda: [release(2), release(4)]),
        ("death", lambda: [death(2), death(4)]),
        ("snapshot", snapshot),
        ("snapshot_small_pages", lambda: snapshot(huge=False)),
        ("lammps", lammps_step.measure),
    ):
        found[name] = work()
        progress(f"{name} {json.dumps(found[name])}")
    return found


if __name__ == "__main__":
    works: dict[str, Callable[[], Any]] = {
        "guard": guard,
        "release": lambda: [release(2, 10), release(4, 10)],
        "death": lambda: [death(2), death(4)],
        "snapshot": lambda: [snapshot(), snapshot(huge=False)],
        "lammps": lammps_step.measure,
    }
    for chosen in sys.argv[1:] or works:
        result = works[chosen]()
        print(chosen, json.dumps(result), flush=True)
