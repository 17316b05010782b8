"""Measures this kernel against ipykernel, interleaved in one run, and what the library costs a simulation.

    bench.py [--rounds N] [-n N] [--only METRIC,...] [--no-ranks] -o results.json [--table BENCHMARKS.md]

In each round all kernels are started, then every metric visits each of them in turn, so that noise of a shared machine falls
on all alike. The jobs are paused: times are those of kernel, bridge and ranks, without waiting for a step. The first metric also warms
the kernels up, all of them, by as many cells.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import faults  # noqa: E402
import ranks  # noqa: E402
import volume  # noqa: E402
from live_job import LiveJob  # noqa: E402
from metrics import METRICS  # noqa: E402
from report import BASE, goals, summarise, tables  # noqa: E402
from wire import Kernel  # noqa: E402

BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"


def _versions() -> dict[str, str]:
    program = Path(os.environ.get("ALLRANKS_TEST_VENV", ranks.ROOT / ".venv")) / "bin"
    mpi = subprocess.run([program / "mpiexec", "--version"], capture_output=True, text=True, check=False).stdout.splitlines()
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    cpu = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "machine": f"{len(cpu)} x {cpu[0] if cpu else platform.machine()}, Linux {platform.release().split('-')[0]}",
        "mpi": mpi[0] if mpi else "unknown",
        "node": node,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("ipykernel", "ipython", "pyzmq")},
    }


def _round(number: int, repetitions: int, chosen: list[str]) -> dict[str, dict[str, Any]]:
    with ExitStack() as stack:
        jobs = [stack.enter_context(LiveJob(size, f"bench{size}", options=["--pause-at", "start"], adopt=False)) for size in (1, 4)]
        folder = tempfile.mkdtemp(prefix="bench-")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        plain = {**os.environ, "IPYTHONDIR": folder, "JUPYTER_DATA_DIR": folder, "JUPYTER_CONFIG_DIR": folder}
        kernels = [stack.enter_context(Kernel(BASE, [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], plain, "signal"))]
        for job in jobs:
            label = "1 rank" if job.ranks == 1 else f"{job.ranks} ranks"
            kernels.append(stack.enter_context(Kernel(label, job.kernel_argv, job.environment, "message")))
        found: dict[str, dict[str, Any]] = {kernel.label: {} for kernel in kernels}
        for name in chosen:
            for kernel in kernels:
                kernel.drain()
                try:
                    result = METRICS[name][1](kernel, repetitions)
                except (TimeoutError, RuntimeError, ValueError) as error:
                    # A metric that fails is a result, and told as one; the others are still measured.
                    result = {"error": f"{type(error).__name__}: {error}"}
                found[kernel.label][name] = result
                ranks.progress(f"round {number} {name} {kernel.label} {json.dumps(result)}")
        return found


def _paused_and_running() -> tuple[dict[str, Any], dict[str, Any]]:
    with LiveJob(4, "paused", options=["--pause-at", "start"], adopt=False) as job:
        with Kernel("4 ranks", job.kernel_argv, job.environment, "message") as kernel:
            still = ranks.paused(kernel, job)
            kernel.run("%live resume")
            running = METRICS["execute_pass"][1](kernel, 100)
    return still, running


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("-n", type=int, default=200, help="requests a metric and round, for those that repeat")
    parser.add_argument("--only", default=",".join(METRICS), help="metrics, separated by commas")
    parser.add_argument("--no-ranks", action="store_true", help="leave out safe points, paused ranks, memory and the costs of protection")
    parser.add_argument("-o", "--output", required=True, help="results as JSON")
    parser.add_argument("--table", help="Markdown file whose tables are replaced")
    args = parser.parse_args()
    chosen = ["first", *(name for name in args.only.split(",") if name != "first")]
    unknown = [name for name in chosen if name not in METRICS]
    if unknown:
        parser.error(f"unknown metrics: {', '.join(unknown)}")
    load = os.getloadavg()[0]
    rounds = [_round(number, args.n, chosen) for number in range(args.rounds)]
    results: dict[str, Any] = {"load_before": round(load, 2), "rounds": rounds, "repetitions": args.n}
    if set(chosen) == set(METRICS):
        results["summary"] = summarise(rounds)
    if not args.no_ranks:
        results["safe_points"] = [ranks.safe_point(size) for size in (1, 2, 4)]
        results["paused"], results["running"] = _paused_and_running()
        results["memory"] = ranks.memory(4)
        results["volume"] = volume.measure()
        ranks.progress(f"volume {json.dumps(results['volume'])}")
        results["faults"] = faults.measure(ranks.progress)
    results["versions"] = _versions()
    Path(args.output).write_text(json.dumps(results, indent=1) + "\n")
    if "summary" not in results:
        return 0
    text = tables(results)
    for what, value, bound, reached in goals(results):
        print(f"{'reached' if reached else 'MISSED '}  {what}: {value:.3g} ({bound})")
    print(text)
    if args.table:
        path = Path(args.table)
        before, found, rest = path.read_text().partition(BEGIN)
        _, closed, after = rest.partition(END)
        if not found or not closed:
            raise SystemExit(f"{path} has no place for results: {BEGIN} ... {END}")
        versions = "\n".join(f"- {name}: {value}" for name, value in results["versions"].items())
        about = f"{len(rounds)} rounds of {args.n}; load average before: {results['load_before']}.\n\n{versions}"
        path.write_text(f"{before}{BEGIN}\n\n{about}\n\n{text}\n{END}{after}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
