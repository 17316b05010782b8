"""Executes a notebook through the kernelspec of a live run, with its progress on the terminal.

usage: execute.py NOTEBOOK OUTPUT KERNEL

The executed notebook is written in any case, so that a failed cell can be read in it. Exit code 1 when a cell failed.
"""

import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

# A cell of the demo takes seconds, on a busy machine half a minute; one that hangs must not hold the terminal for ever.
CELL_TIMEOUT_S = 120
STARTUP_TIMEOUT_S = 60


def first_line(source: str) -> str:
    """What the progress line shows of a cell."""
    line = source.strip().splitlines()[0] if source.strip() else ""
    return line if len(line) <= 90 else line[:87] + "..."


def execute(source: Path, target: Path, kernel: str) -> int:
    """Execute `source` with `kernel`, write `target`, and return the exit code."""
    notebook = nbformat.read(source, as_version=4)
    total = sum(cell.cell_type == "code" for cell in notebook.cells)
    state = {"count": 0, "since": 0.0}

    def begin(cell, cell_index: int) -> None:
        state["count"] += 1
        state["since"] = time.monotonic()
        print(f"  [{state['count']}/{total}] {first_line(cell.source)}", end="", flush=True)

    def done(cell, cell_index: int, execute_reply) -> None:
        print(f"  {time.monotonic() - state['since']:.1f} s", flush=True)

    client = NotebookClient(
        notebook,
        kernel_name=kernel,
        timeout=CELL_TIMEOUT_S,
        startup_timeout=STARTUP_TIMEOUT_S,
        resources={"metadata": {"path": str(source.parent)}},
        on_cell_execute=begin,
        on_cell_executed=done,
    )
    code = 0
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError, RuntimeError) as error:
        print(f"\n{error}", file=sys.stderr)
        code = 1
    finally:
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, target)
    return code


if __name__ == "__main__":
    if len(sys.argv) != 4:
        print("usage: execute.py NOTEBOOK OUTPUT KERNEL", file=sys.stderr)
        raise SystemExit(2)
    raise SystemExit(execute(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3]))
