"""The notebook about yt, executed by nbclient in a live `amr_gravity` on 4 ranks, as the others are in test/jupyter.

An executed copy is left in build/test-results; the one in docs comes from there.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from live_job import ROOT, LiveJob
from nbclient import NotebookClient

NAME = "05-yt.ipynb"
# yt draws and compiles in four processes.
CELL_S = 240


def _text(cell: nbformat.NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs if output.output_type == "stream")


def _pictures(cell: nbformat.NotebookNode) -> int:
    shown = [output.get("data", {}) for output in cell.outputs]
    return sum(("image/png" in data) + data.get("text/html", "").count("data:image/png;base64,") for data in shown)


def test_the_notebook_runs_from_its_first_cell_to_its_last_with_its_pictures() -> None:
    notebook = nbformat.read(Path(ROOT) / "notebooks" / NAME, as_version=4)
    assert [cell.id for cell in notebook.cells if cell.get("outputs")] == []
    with LiveJob(4, "amr_gravity", ["--roots", "2", "--particles", "64"], program="amr_gravity") as job:
        # Raises when a cell fails.
        NotebookClient(notebook, kernel_name=job.kernel_name, timeout=CELL_S, record_timing=False).execute()
    folder = Path(ROOT) / "build" / "test-results"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / NAME)

    cells = {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}
    assert {name: _pictures(cell) for name, cell in cells.items() if _pictures(cell)} == {"cell-07": 1, "cell-09": 1, "cell-11": 3, "cell-12": 1}
    assert [output for cell in cells.values() for output in cell.outputs if output.output_type == "error"] == []
    # print_stats: level, grids, cells.
    assert re.search(r"0\s+8\s+4096", _text(cells["cell-03"]))
    for rank in range(4):
        assert re.search(rf"rank {rank}: \d+ of \d+ grids, Dens \(12, 12, 12\)", _text(cells["cell-05"]))
    found = re.search(r"mass of the gas: (\d\.\d+) by yt, (\d\.\d+) by hand", _text(cells["cell-14"]))
    assert found and found[1] == found[2]
    # A data set made two steps later has another time than the one before.
    assert float(_text(cells["cell-18"]).removeprefix("time ")) > 0
