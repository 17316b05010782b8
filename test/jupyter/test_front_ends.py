"""Front ends without a browser, as users start them, on one live job of 4 ranks; after all of them the ranks are the same."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pexpect
import pytest
from jupyter_client import KernelManager
from live_job import LiveJob
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

LIMIT_S = 60
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def job() -> Iterator[LiveJob]:
    with LiveJob(4, "fronts", ["--steps", "0", "--step-us", "500"]) as live:
        before = _pids(live)
        yield live
        assert _pids(live) == before


def _pids(job: LiveJob) -> str:
    return _execute(job, "import os, allranks\nallranks.comm.allgather(os.getpid())").cells[0].outputs[0]["data"]["text/plain"]


def _notebook(*cells: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])


def _execute(job: LiveJob, *cells: str) -> nbformat.NotebookNode:
    notebook = _notebook(*cells)
    NotebookClient(notebook, kernel_name=job.kernel_name, timeout=LIMIT_S).execute()
    return notebook


def _run(*command: str, cwd: Path) -> subprocess.CompletedProcess:
    return subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LIMIT_S, check=False)


def test_nbclient_sees_the_folded_traceback_of_a_rank_that_fails(job: LiveJob) -> None:
    with pytest.raises(CellExecutionError) as caught:
        _execute(job, "import allranks\nif allranks.rank == 2: raise ValueError('only rank 2')")
    assert caught.value.ename == "ValueError"
    text = re.sub(r"\x1b\[[0-9;]*m", "", caught.value.traceback)
    assert "[rank 2]" in text and "only rank 2" in text and "[ranks 0-1,3] no error" in text


def test_jupyter_execute_writes_the_outputs(job: LiveJob, tmp_path: Path) -> None:
    nbformat.write(_notebook("import allranks\nallranks.comm.allreduce(1)"), tmp_path / "n.ipynb")
    done = _run(str(BIN / "jupyter-execute"), f"--kernel_name={job.kernel_name}", "--inplace", "n.ipynb", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert nbformat.read(tmp_path / "n.ipynb", 4).cells[0].outputs[0]["data"]["text/plain"] == "4"


def test_jupyter_execute_fails_with_its_notebook(job: LiveJob, tmp_path: Path) -> None:
    nbformat.write(_notebook("1/0"), tmp_path / "n.ipynb")
    done = _run(str(BIN / "jupyter-execute"), f"--kernel_name={job.kernel_name}", "n.ipynb", cwd=tmp_path)
    assert done.returncode != 0 and "ZeroDivisionError" in done.stdout


def test_papermill_gives_parameters_to_every_rank_and_sees_failures(job: LiveJob, tmp_path: Path) -> None:
    notebook = _notebook("steps = 1", "import allranks\nset(allranks.comm.allgather(steps))", "assert steps < 10")
    notebook.cells[0].metadata["tags"] = ["parameters"]
    notebook.metadata["kernelspec"] = {"name": job.kernel_name, "display_name": "", "language": "python"}
    nbformat.write(notebook, tmp_path / "n.ipynb")
    papermill = [str(BIN / "papermill"), "n.ipynb", "out.ipynb", "-k", job.kernel_name, "--no-progress-bar"]
    done = _run(*papermill, "-p", "steps", "7", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    cells = nbformat.read(tmp_path / "out.ipynb", 4).cells
    assert [cell.outputs[0]["data"]["text/plain"] for cell in cells if "allgather" in cell.source] == ["{7}"]
    failed = _run(*papermill, "-p", "steps", "70", cwd=tmp_path)
    assert failed.returncode != 0 and "AssertionError" in failed.stdout


def test_nbval_passes_equal_outputs_and_reports_others(job: LiveJob, tmp_path: Path) -> None:
    executed = _execute(job, "print('line')\nimport allranks\nallranks.size", "print('same on all')")
    nbformat.write(executed, tmp_path / "good.ipynb")
    executed.cells[1].outputs[0]["text"] = "something else\n"
    nbformat.write(executed, tmp_path / "bad.ipynb")
    nbval = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--nbval-kernel-name", job.kernel_name]
    assert "2 passed" in _run(*nbval, "good.ipynb", cwd=tmp_path).stdout
    assert "1 failed, 1 passed" in _run(*nbval, "bad.ipynb", cwd=tmp_path).stdout


def test_jupyter_run_prints_what_a_script_prints(job: LiveJob, tmp_path: Path) -> None:
    (tmp_path / "s.py").write_text("import allranks\nprint('sum', allranks.comm.allreduce(allranks.rank))\n")
    done = _run(str(BIN / "jupyter-run"), "--kernel", job.kernel_name, "s.py", cwd=tmp_path)
    assert done.returncode == 0 and "sum 6" in done.stdout, done.stdout


def _console(*options: str, cwd: Path) -> pexpect.spawn:
    return pexpect.spawn(str(BIN / "jupyter-console"), ["--simple-prompt", "--JupyterConsoleApp.confirm_exit=False", *options], cwd=str(cwd), encoding="utf-8", timeout=LIMIT_S)


def test_jupyter_console_runs_cells_and_leaves(job: LiveJob, tmp_path: Path) -> None:
    console = _console("--kernel", job.kernel_name, cwd=tmp_path)
    console.expect(r"In \[\d+\]")
    console.sendline("import allranks; allranks.comm.allreduce(10)")
    console.expect("40")
    console.sendeof()
    console.expect(pexpect.EOF)


def test_jupyter_console_attaches_to_the_kernel_of_a_notebook_and_leaves_it(job: LiveJob, tmp_path: Path) -> None:
    manager = KernelManager(kernel_name=job.kernel_name)
    manager.start_kernel()
    try:
        client = manager.blocking_client()
        client.start_channels()
        client.wait_for_ready(timeout=LIMIT_S)
        console = _console("--existing", manager.connection_file, cwd=tmp_path)
        console.expect(r"In \[\d+\]")
        console.sendline("shared = 'by the console'")
        console.expect(r"In \[\d+\]")
        console.sendeof()
        console.expect(pexpect.EOF)
        reply = client.execute_interactive("assert shared == 'by the console'", timeout=LIMIT_S)
        assert reply["content"]["status"] == "ok"
        client.stop_channels()
    finally:
        manager.shutdown_kernel(now=True)
