"""What the library costs a step of LAMMPS, with nobody attached.

    PYTHON test/bench/lammps_step.py [--ranks N] [--atoms 4000|32000] [--steps N] [--rounds N]      prints JSON; part of faults.py too

The peer is the same program with the same hook (`fix external pf/callback`), whose callback does not call the library: what a
host program does for its own sake is on both sides. With the library, arrays are exposed anew when LAMMPS has moved them (in every
20th step or so), and one safe point is passed at each step. Three figures:

- `percent`: runs of the peer and runs under `allranks run`, in turns, each a process of its own; `floor_percent` compares the peer
  with the peer. Machines that do other things too need many rounds.
- `turns_percent`: in one run under `allranks run`, the library is called in every other 12 steps; `turns_floor_percent` compares the
  steps without it among themselves. What the bridge and the I/O threads do beside the steps falls on both sides.
- `function_percent`: the same with an inline function, which does nothing, called at each step as well; likewise its floor.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_ENVIRONMENT = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "OMP_NUM_THREADS": "1",
}
_PRIVATE = ("XDG_RUNTIME_DIR", "XDG_DATA_HOME", "JUPYTER_DATA_DIR", "TMPDIR", "HOME")


def programs() -> Path | None:
    """Folder of `lammps_host`; None: no build has it."""
    return next((path.parent for path in sorted((ROOT / "build").glob("*/bin/lammps_host"))), None)


def _percent(one: list[float], other: list[float]) -> float:
    return round(100 * (statistics.median(a / b for a, b in zip(one, other)) - 1), 2)


def _compared(name: str, turns: list[list[float]]) -> dict[str, float]:
    without = [(turn[0] + turn[2]) / 2 for turn in turns]
    live = [(turn[1] + turn[3]) / 2 for turn in turns]
    return {
        f"{name}_without_us": round(statistics.median(without), 1),
        f"{name}_with_us": round(statistics.median(live), 1),
        f"{name}_percent": _percent(live, without),
        f"{name}_floor_percent": _percent([turn[2] for turn in turns], [turn[0] for turn in turns]),
    }


class _Runs:
    def __init__(self, folder: Path, ranks: int, atoms: int, steps: int) -> None:
        self._folder, self._ranks, self._steps = folder, ranks, steps
        self._mpiexec = os.environ.get("ALLRANKS_TEST_LAMMPS_MPIEXEC", "/usr/bin/mpirun.openmpi")
        binaries = programs()
        assert binaries is not None
        # No work of the user in it: the arrays, the safe point and the call are what is measured.
        script, deck = folder / "nothing.py", folder / "in.melt"
        script.write_text("def on_step():\n    pass\n")
        edge = round((atoms / 4) ** (1 / 3))
        deck.write_text((binaries / "in.melt").read_text().replace("0 10 0 10 0 10", f"0 {edge} 0 {edge} 0 {edge}"))
        self._program = [str(binaries / "lammps_host"), "--script", str(script), "--input", str(deck)]
        self._private = {name: str(folder / name.lower()) for name in _PRIVATE}
        for path in self._private.values():
            Path(path).mkdir(mode=0o700, exist_ok=True)

    def _run(self, live: bool, steps: int, *options: str) -> str:
        words = [self._mpiexec, "-n", str(self._ranks), *self._program, "--steps", str(steps), *options]
        if live:
            words = [str(ROOT / "kernelspec" / "bin" / "allranks"), "run", "--name", "lammps", "--dir", str(self._folder / "job"), "--", *words]
        done = subprocess.run(words, capture_output=True, text=True, timeout=600, cwd=self._folder, env={**os.environ, **_ENVIRONMENT, **self._private})
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def step_us(self, live: bool) -> float:
        text = self._run(live, self._steps, "--without-function" if live else "--without-library")
        loop = re.search(r"Loop time of ([0-9.e+-]+) on", text)
        if loop is None:
            raise RuntimeError(f"LAMMPS tells no loop time: {text[-500:]}")
        return 1e6 * float(loop.group(1)) / self._steps

    def turns_us(self, *options: str) -> list[float]:
        """Lower quartiles of the turns without, with, without, with the library: what a step takes when nobody disturbs it."""
        text = self._run(True, 2 * self._steps, "--compare", *options)
        found = [float(number) for number in re.findall(r"^step .*lower quartile ([0-9.]+) us", text, re.MULTILINE)]
        if len(found) != 4:
            raise RuntimeError(f"lammps_host tells no comparison: {text[-500:]}")
        return found


def measure(ranks: int = 2, atoms: int = 4000, steps: int = 3000, rounds: int = 7) -> dict[str, Any]:
    """Medians over interleaved rounds; microseconds."""
    if programs() is None:
        return {"error": "no build with ALLRANKS_LAMMPS=ON"}
    alone, live, again, turns, function = [], [], [], [], []
    with tempfile.TemporaryDirectory(prefix="ar-") as folder:
        runs = _Runs(Path(folder), ranks, atoms, steps)
        for _ in range(rounds):
            alone.append(runs.step_us(False))
            live.append(runs.step_us(True))
            again.append(runs.step_us(False))
            turns.append(runs.turns_us("--without-function"))
            function.append(runs.turns_us())
    return {
        "ranks": ranks,
        "atoms": atoms,
        "rounds": rounds,
        "alone_us": round(statistics.median(alone + again), 1),
        "with_us": round(statistics.median(live), 1),
        # Each run with the library lies between two of the peer.
        "percent": _percent(live, [(a + b) / 2 for a, b in zip(alone, again)]),
        "floor_percent": _percent(again, alone),
        **_compared("turns", turns),
        **_compared("function", function),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name, default in (("ranks", 2), ("atoms", 4000), ("steps", 3000), ("rounds", 7)):
        parser.add_argument(f"--{name}", type=int, default=default)
    print(json.dumps(measure(**vars(parser.parse_args(sys.argv[1:])))))
