"""The notebooks, executed in a live run of the program that they tell of, on 4 ranks.

The demo executes the first one, test/yt/test_notebook.py the one about yt. Executed copies are left in build/test-results; those in docs come from there.
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
    with LiveJob(4, "kelvin_helmholtz", ["--size", "128x128"], program="kelvin_helmholtz") as live:
        # Notebooks attach to a run that has gone on for a while: the billows are there to be seen.
        run = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in ("import allranks", "%live until allranks.time > 0.9", "%live resume")])
        NotebookClient(run, kernel_name=live.kernel_name, timeout=LIMIT_S).execute()
        yield live


def _text(cell: nbformat.NotebookNode) -> str:
    parts = []
    for output in cell.outputs:
        parts.append(output.get("text", "") or output.get("data", {}).get("text/plain", ""))
    return re.sub(r"\x1b\[[0-9;]*m", "", "".join(parts))


def _executed(job: LiveJob, name: str) -> list[nbformat.NotebookNode]:
    """Executes a notebook; its code cells."""
    notebook = nbformat.read(Path(ROOT) / "notebooks" / name, as_version=4)
    NotebookClient(notebook, kernel_name=job.kernel_name, timeout=LIMIT_S, record_timing=False).execute()
    folder = Path(ROOT) / "build" / "test-results"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / name)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _execute(job: LiveJob, name: str) -> dict[str, nbformat.NotebookNode]:
    """Executes a notebook; its code cells by their first line."""
    return {cell.source.splitlines()[0]: cell for cell in _executed(job, name)}


def _pictures(cell: nbformat.NotebookNode) -> int:
    return len([output for output in cell.outputs if "image/png" in output.get("data", {})])


def test_every_notebook_is_told_in_the_readme_and_holds_no_outputs() -> None:
    readme = (Path(ROOT) / "notebooks" / "README.md").read_text()
    assert len(NOTEBOOKS) == 4
    for name in NOTEBOOKS:
        assert f"({name})" in readme
        cells = nbformat.read(Path(ROOT) / "notebooks" / name, as_version=4).cells
        assert [cell for cell in cells if cell.get("outputs")] == []


def test_look_around(job: LiveJob) -> None:
    cells = _execute(job, "02-look-around.ipynb")
    assert f"cells of all ranks together: {128 * 128}\n" in _text(cells["import numpy as np"])
    assert "[rank 3] my part begins at" in _text(cells['print(f"my part begins at row and column {allranks.arrays[\'offset\']}")'])
    table = _text(cells['mine = (allranks.rank, *allranks.arrays["offset"], *field.shape, field.min(), field.mean(), field.max())'])
    assert [line.split()[0] for line in table.splitlines()] == ["rank", "0", "1", "2", "3"]
    assert _pictures(cells["%matplotlib inline"]) == 1
    assert _pictures(cells["%%ranks all"]) == 4
    (error,) = cells['assert allranks.rank < allranks.size - 1, "I am the last rank"'].outputs
    assert error["ename"] == "AssertionError"
    report = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error["traceback"]))
    assert "[rank 3]" in report and "I am the last rank" in report and "[ranks 0-2] no error" in report
    assert "the run goes on: True" in _text(cells['print("the run goes on:", allranks.step > 0)'])


def test_update_a_function(job: LiveJob) -> None:
    cells = _executed(job, "03-update-a-function.ipynb")
    status = next(_text(cell) for cell in cells if cell.source == "%live status")
    assert "on_step" in status and "ZeroDivisionError" in status and "rank 3" in status
    # Where it failed: by the cell's number, as in the traceback of a cell.
    assert re.search(r"Cell In\[\d+\], line 2, in on_step\n", status)
    assert [_pictures(cell) for cell in cells if "plt.show()" in cell.source] == [1, 1]
    speed = next(float(found[1]) for cell in cells if (found := re.search(r"([\d.]+) in the end", _text(cell))))
    assert 0.5 <= speed < 0.55
    assert "gravity: 0.0" in "".join(_text(cell) for cell in cells)


def test_steer_with_a_widget(job: LiveJob) -> None:
    cells = _execute(job, "04-steer-with-a-widget.ipynb")
    assert "gravity is 0.5" in _text(cells["slider.value = 0.5"])
    assert "all ranks agree" in "".join(_text(cell) for cell in cells.values())
    assert _pictures(cells["%matplotlib inline"]) == 1


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
