"""The notebooks, executed in a live run of the program that they tell of, on 4 ranks.

The demo executes the first one, test/yt the one about yt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client import BlockingKernelClient
from live_job import ROOT, LiveJob
from nbclient import NotebookClient

LIMIT_S = 90
NOTEBOOKS = sorted(path.name for path in (Path(ROOT) / "notebooks").glob("0[2-9]-*.ipynb"))


@pytest.fixture(scope="module")
def job() -> Iterator[LiveJob]:
    with LiveJob(4, "notebooks", ["--size", "64x64"], program="kelvin_helmholtz") as live:
        yield live


def _text(cell: nbformat.NotebookNode) -> str:
    parts = []
    for output in cell.outputs:
        parts.append(output.get("text", "") or output.get("data", {}).get("text/plain", ""))
    return re.sub(r"\x1b\[[0-9;]*m", "", "".join(parts))


def _execute(job: LiveJob, name: str) -> dict[str, nbformat.NotebookNode]:
    """Executes a notebook; its code cells by their first line."""
    notebook = nbformat.read(Path(ROOT) / "notebooks" / name, as_version=4)
    NotebookClient(notebook, kernel_name=job.kernel_name, timeout=LIMIT_S).execute()
    return {cell.source.splitlines()[0]: cell for cell in notebook.cells if cell.cell_type == "code"}


def test_every_notebook_is_told_in_the_readme_and_holds_no_outputs() -> None:
    readme = (Path(ROOT) / "notebooks" / "README.md").read_text()
    assert len(NOTEBOOKS) == 4
    for name in NOTEBOOKS:
        assert f"({name})" in readme
        cells = nbformat.read(Path(ROOT) / "notebooks" / name, as_version=4).cells
        assert [cell for cell in cells if cell.get("outputs")] == []


def test_look_around(job: LiveJob) -> None:
    cells = _execute(job, "02-look-around.ipynb")
    assert f"{64 * 64}\n" in _text(cells["import numpy as np"])
    assert "[rank 3] my rows and columns begin at" in _text(cells["import numpy as np"])
    pictures = [output for output in cells["%%ranks all"].outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == 4
    assert "[rank 3] I am the last rank" in _text(cells["try:"])


def test_update_a_function(job: LiveJob) -> None:
    notebook = nbformat.read(Path(ROOT) / "notebooks" / "03-update-a-function.ipynb", as_version=4)
    NotebookClient(notebook, kernel_name=job.kernel_name, timeout=LIMIT_S).execute()
    status = next(_text(cell) for cell in notebook.cells if cell.source == "%live status")
    assert "on_step" in status and "ZeroDivisionError" in status and "rank 3" in status


def test_steer_with_a_widget(job: LiveJob) -> None:
    cells = _execute(job, "04-steer-with-a-widget.ipynb")
    assert "gravity is 0.5" in _text(cells["slider.value = 0.5"])
    assert "all ranks agree" in "".join(_text(cell) for cell in cells.values())


def test_200_quick_moves_of_the_slider_reach_every_rank_in_order(job: LiveJob) -> None:
    notebook = nbformat.read(Path(ROOT) / "notebooks" / "04-steer-with-a-widget.ipynb", as_version=4)
    client = NotebookClient(notebook, kernel_name=job.kernel_name, timeout=LIMIT_S)
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        probe = nbformat.v4.new_code_cell("moves.clear()\nprint(slider.comm.comm_id)")
        client.execute_cell(probe, -1)
        comm_id = _text(probe).strip()
        own = BlockingKernelClient(connection_file=client.km.connection_file)
        own.load_connection_file()
        own.start_channels()
        values = [round(-1 + step / 100, 2) for step in range(200)]
        for value in values:
            data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
            own.shell_channel.send(own.session.msg("comm_msg", {"comm_id": comm_id, "data": data}))
        check = (
            f"assert set(allranks.comm.allgather(tuple(value for _, value in moves))) == {{{tuple(values)}}}\n"
            "assert len(set(allranks.comm.allgather(tuple(moves)))) == 1\n"
            f"assert set(allranks.comm.allgather(float(gravity[0]))) == {{{values[-1]}}}\n"
            "gravity[0] = 0"
        )
        reply = own.execute_interactive(check, timeout=LIMIT_S)
        own.stop_channels()
        assert reply["content"]["status"] == "ok", reply["content"]
