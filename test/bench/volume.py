"""Much output from every rank: how long a front end waits for signs of life meanwhile, and what memory kernel and bridge take.

    PYTHON test/bench/volume.py [--ranks N] [--lines N]      prints JSON; part of bench.py too
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from live_job import LiveJob  # noqa: E402
from wire import Kernel  # noqa: E402

#: Between two beats, seconds: some more often than Jupyter asks.
_PAUSE_S = 0.02
_LIMIT_S = 300.0


def _peak_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return round(int(next(line.split()[1] for line in lines if line.startswith("VmHWM:"))) / 1024, 1)


def _pid(job: LiveJob, word: str) -> int:
    return next(pid for pid in job.processes() if word in Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "))


class _Watch:
    """Beats and questions on control, one after the other, from a thread of its own."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.beats: list[float] = []
        self.answers: list[float] = []

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        heart = self._kernel.sockets["hb"]
        while not self._over.wait(_PAUSE_S):
            began = time.perf_counter()
            heart.send(b"ping")
            if not heart.poll(_LIMIT_S * 1000):
                raise TimeoutError("no heartbeat")
            heart.recv()
            self.beats.append(time.perf_counter() - began)
            self.answers.append(self._kernel.ask("control", "kernel_info_request", {}, _LIMIT_S)[0])


def measure(ranks: int = 4, lines: int = 1_000_000) -> dict[str, Any]:
    """`lines` different lines of each rank into one cell, read as fast as this client can."""
    code = f"import allranks\nfor i in range({lines}): print(allranks.rank, i)"
    with LiveJob(ranks, "volume", options=["--pause-at", "start"], adopt=False) as job, Kernel("volume", job.kernel_argv, job.environment, "message") as kernel:
        kernel.run("pass")
        with _Watch(kernel) as watch:
            cell = kernel.run(code, _LIMIT_S)
        text = "".join(kernel.content(body)["text"] for kind, body in cell.outputs if kind == "stream")
        whole = all(f"{rank} {at}\n" in text for rank in range(ranks) for at in (0, lines // 2, lines - 1)) and text.count("\n") >= ranks * lines
        return {
            "ranks": ranks,
            "lines": lines,
            "whole": whole,
            "seconds": round(cell.idle_s, 2),
            "worst_beat_ms": round(1000 * max(watch.beats), 1),
            "worst_control_ms": round(1000 * max(watch.answers), 1),
            "asked": len(watch.beats),
            "kernel_mib": _peak_mib(_pid(job, " attach ")),
            "bridge_mib": _peak_mib(_pid(job, "bridge/server")),
        }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name, default in (("ranks", 4), ("lines", 1_000_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    print(json.dumps(measure(**vars(parser.parse_args()))))
