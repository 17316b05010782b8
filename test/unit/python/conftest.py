"""Fixtures: a program run by a fresh interpreter that holds one rank."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE.parents[2] / "native" / "python"), str(_HERE)]


@pytest.fixture
def rank_process(tmp_path: Path) -> Callable[..., str]:
    """Runs statements after `from rank_program import Rank` in a process of its own; fails with its traceback.

    Returns what the process wrote to its standard output: the log of the job, as it were.
    """

    def run(source: str, **environment: str) -> str:
        program = f"import sys\nsys.path.insert(0, {str(_HERE)!r})\nfrom rank_program import Rank\n" + textwrap.dedent(source)
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        plain = {name: value for name, value in os.environ.items() if name not in ("MPLBACKEND", "IPYTHONDIR")}
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, cwd=tmp_path,
            env={**plain, "HOME": str(home), "PYTHONHASHSEED": "1", **environment},
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    return run
