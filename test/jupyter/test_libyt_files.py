"""The files by which front ends made for libyt find a run: the provisioner `jupyter_libyt` from PyPI, and `jupyter console --existing`."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest
from jupyter_client import BlockingKernelClient, KernelManager
from live_job import ROOT, LiveJob

LIMIT_S = 60
CONNECTION, PID = "libyt_kernel_connection.json", "libyt_kernel_pid.txt"
SCRIPT = "import allranks\ncalls = []\ndef each_round():\n    calls.append(1)\n"


def _until(holds: Callable[[], object], what: str, job: LiveJob) -> None:
    """Files and processes of others tell nothing when they change; they are looked at, within a limit."""
    deadline = time.monotonic() + LIMIT_S
    while not holds():
        assert time.monotonic() < deadline, f"not within {LIMIT_S} s: {what}\n{job.output}"
        time.sleep(0.02)


def _job(ranks: int, name: str, entries: str) -> LiveJob:
    job = LiveJob(ranks, name, ["0", entries, "each_round"], program="libyt_entries")
    (job.folder / "w" / "libyt_entries_script.py").write_text(SCRIPT)
    (job.folder / "w" / "LIBYT_STOP").touch()
    return job


def _client(connection: Path) -> BlockingKernelClient:
    client = BlockingKernelClient(connection_file=str(connection))
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(timeout=LIMIT_S)
    return client


def _value(client: BlockingKernelClient, expression: str) -> str:
    found: list[str] = []

    def take(message: dict) -> None:
        if message["msg_type"] == "execute_result":
            found.append(message["content"]["data"]["text/plain"])

    reply = client.execute_interactive(expression, timeout=LIMIT_S, output_hook=take)
    assert reply["content"]["status"] == "ok", reply["content"]
    return found[0] if found else ""


def _notebook(job: LiveJob) -> tuple[KernelManager, BlockingKernelClient]:
    """An ordinary notebook of the run."""
    manager = KernelManager(kernel_name=job.kernel_name)
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=LIMIT_S)
    return manager, client


@pytest.fixture(scope="module", params=[4, 1])
def job(request: pytest.FixtureRequest) -> Iterator[LiveJob]:
    with _job(request.param, "files", "j") as live:
        yield live
        # At the end nothing of it is left.
        work = live.folder / "w"
        (work / "LIBYT_STOP").unlink()
        (work / "ENOUGH").touch()
        assert live.process.wait(timeout=LIMIT_S) == 0, live.output
        _until(lambda: not (work / CONNECTION).exists() and not (work / PID).exists(), "files removed", live)


@pytest.fixture
def work(job: LiveJob) -> Path:
    folder = job.folder / "w"
    _until((folder / PID).exists, "a kernel", job)
    return folder


def _documented_kernelspec() -> tuple[str, str]:
    """Name and kernel.json of the kernelspec that docs/libyt.md tells users to write."""
    (found,) = re.findall(r"`(\{[^`]*libyt-kernel-provisioner[^`]*\})`\s+to `kernels/(\w+)/kernel.json`", (Path(ROOT) / "docs" / "libyt.md").read_text())
    return found[1], found[0]


@pytest.fixture
def manager(job: LiveJob, work: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KernelManager]:
    """As JupyterLab starts the kernel: the wheel of jupyter_libyt has the provisioner, the user writes the kernelspec."""
    name, text = _documented_kernelspec()
    spec = job.folder / "jupyter" / "kernels" / name
    spec.mkdir(exist_ok=True)
    (spec / "kernel.json").write_text(text)
    monkeypatch.setenv("LIBYT_KERNEL_INFO_DIR", str(work))
    own = KernelManager(kernel_name=name)
    yield own
    # The socket of its interrupts, which would keep Python from ending.
    own.cleanup_resources()


def test_files_are_private_and_name_a_kernel_process(job: LiveJob, work: Path) -> None:
    for name in (CONNECTION, PID):
        assert stat.S_IMODE((work / name).stat().st_mode) == 0o600
    pid = int((work / PID).read_text())
    assert pid in job.processes()
    assert str(work / CONNECTION) in Path(f"/proc/{pid}/cmdline").read_text().split("\0")


def test_the_provisioner_reaches_all_ranks_and_restarts_without_losing_the_namespace(job: LiveJob, manager: KernelManager) -> None:
    manager.start_kernel()
    assert manager.is_alive()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=LIMIT_S)
    assert _value(client, "kept = 'kept'\nallranks.comm.allreduce(1)") == str(job.ranks)
    client.stop_channels()
    manager.restart_kernel()
    again = manager.blocking_client()
    again.start_channels()
    again.wait_for_ready(timeout=LIMIT_S)
    assert _value(again, "kept") == "'kept'"
    again.stop_channels()


def test_the_provisioners_interrupt_ends_a_running_cell_on_all_ranks(job: LiveJob, manager: KernelManager) -> None:
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=LIMIT_S)
    # At idle it is for nobody: neither the cell that follows nor the run is touched.
    manager.interrupt_kernel()
    while True:
        message = client.get_iopub_msg(timeout=LIMIT_S)
        if message["parent_header"].get("msg_type") == "interrupt_request" and message["content"].get("execution_state") == "idle":
            break
    assert _value(client, "import allranks\nreached = 0\nallranks.comm.allreduce(1)") == str(job.ranks)
    cell = client.execute("reached = 1\nallranks.comm.Barrier()\nprint('all are in it', flush=True)\nwhile True: pass\nreached = 2")
    while True:
        message = client.get_iopub_msg(timeout=LIMIT_S)
        if message["parent_header"].get("msg_id") == cell and message["msg_type"] == "stream":
            assert message["content"]["text"] == "all are in it\n"
            break
    manager.interrupt_kernel()
    while (reply := client.get_shell_msg(timeout=LIMIT_S))["parent_header"]["msg_id"] != cell:
        pass
    assert (reply["content"]["status"], reply["content"]["ename"]) == ("error", "KeyboardInterrupt")
    assert _value(client, "allranks.comm.allgather(reached)") == str([1] * job.ranks)
    client.stop_channels()


def test_jupyter_console_attaches_to_the_file(job: LiveJob, work: Path) -> None:
    console = pexpect.spawn(
        str(Path(sys.executable).parent / "jupyter-console"),
        ["--simple-prompt", "--JupyterConsoleApp.confirm_exit=False", "--existing", str(work / CONNECTION)],
        cwd=str(work), encoding="utf-8", timeout=LIMIT_S,
    )
    console.expect(r"In \[\d+\]")
    console.sendline("allranks.comm.allreduce(10)")
    console.expect(str(10 * job.ranks))
    console.sendeof()
    console.expect(pexpect.EOF)


def test_a_kernel_that_dies_is_started_again(job: LiveJob, work: Path) -> None:
    pid = int((work / PID).read_text())
    os.kill(pid, signal.SIGKILL)
    _until(lambda: (work / PID).exists() and (work / PID).read_text() not in ("", f"{pid}\n"), "another kernel", job)
    client = _client(work / CONNECTION)
    assert _value(client, "1 + 1") == "2"
    client.stop_channels()


def test_a_new_bridge_goes_on_with_the_kernel_that_is_there(job: LiveJob, work: Path) -> None:
    client = _client(work / CONNECTION)
    _value(client, "before_bridge = 1")
    record = job.folder / "data" / "allranks" / "jobs" / f"{job.name}.json"
    bridge, pid = json.loads(record.read_text())["bridgePid"], (work / PID).read_text()
    os.kill(bridge, signal.SIGKILL)
    assert _value(client, "before_bridge + 1") == "2"
    _until(lambda: json.loads(record.read_text())["bridgePid"] != bridge, "a new bridge", job)
    assert (work / PID).read_text() == pid
    client.stop_channels()


def test_shutting_the_kernel_down_lets_the_run_go_on_to_the_next_round_with_a_new_one(job: LiveJob, manager: KernelManager, work: Path) -> None:
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=LIMIT_S)
    rounds, pid = int(_value(client, "len(calls)")), (work / PID).read_text()
    client.stop_channels()
    manager.shutdown_kernel()
    _until(lambda: (work / PID).exists() and (work / PID).read_text() not in ("", pid), "a new kernel", job)
    after = _client(work / CONNECTION)
    assert int(_value(after, "len(calls)")) == rounds + 1
    after.stop_channels()


def _write_connection(path: Path, ports: list[int]) -> None:
    names = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
    path.write_text(json.dumps({"transport": "tcp", "ip": "127.0.0.1", "signature_scheme": "hmac-sha256", "key": "secret", **dict(zip(names, ports, strict=True))}))


def _free_ports() -> list[int]:
    sockets = [socket.socket() for _ in range(5)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


@pytest.mark.parametrize("ranks", [4, 1])
def test_a_given_connection_file_is_waited_for_and_used_as_it_is(ranks: int) -> None:
    with _job(ranks, "given", "c") as job:
        work = job.folder / "w"
        connection = work / CONNECTION
        _until(lambda: f"{CONNECTION} is not there; the run waits for it" in job.output, "the warning", job)
        # The wait is a pause like others: a notebook can look, and end it.
        manager, notebook = _notebook(job)
        rounds = int(_value(notebook, "len(calls)"))
        notebook.execute_interactive("%live resume", timeout=LIMIT_S, output_hook=lambda _: None)
        _until(lambda: int(_value(notebook, "len(calls)")) == rounds + 1, "the next round", job)
        connection.write_text("{half of a fi")
        _until(lambda: f"{CONNECTION} is not a JSON object; the run waits for it" in job.output, "the second warning", job)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            ports = _free_ports()
            _write_connection(connection, [taken.getsockname()[1], *ports[1:]])
            _until(lambda: f"the kernel for {connection} ended with exit code 1" in job.output, "the third warning", job)
        _until((work / PID).exists, "a kernel", job)
        text = connection.read_text()
        client = _client(connection)
        assert _value(client, "allranks.comm.allreduce(1)") == str(ranks)
        client.stop_channels()
        # Each reason once, however long it lasts and whatever round it is.
        for sentence in ("is not there; the run waits", "is not a JSON object", "ended with exit code 1"):
            assert job.output.count(sentence) == 1, job.output
        (work / "LIBYT_STOP").unlink()
        (work / "ENOUGH").touch()
        notebook.stop_channels()
        manager.shutdown_kernel(now=True)
        assert job.process.wait(timeout=LIMIT_S) == 0, job.output
        _until(lambda: not (work / PID).exists(), "the pid file removed", job)
        assert connection.read_text() == text


def test_removing_the_flag_ends_the_wait_for_a_connection_file() -> None:
    with _job(2, "waits", "c") as job:
        _until(lambda: "the run waits for it" in job.output, "the warning", job)
        (job.folder / "w" / "ENOUGH").touch()
        (job.folder / "w" / "LIBYT_STOP").unlink()
        assert job.process.wait(timeout=LIMIT_S) == 0, job.output


def test_a_sigint_ends_a_run_that_waits_for_a_connection_file() -> None:
    """As `kill -INT` and batch systems send it, to `allranks run` alone; Ctrl-C on a terminal: test/mpi/libyt-console-leaving.test.ts."""
    with _job(4, "waits", "c") as job:
        (job.folder / "w" / CONNECTION).write_text("{half of a fi")
        _until(lambda: "is not a JSON object; the run waits for it" in job.output, "the warning", job)
        os.kill(job.process.pid, signal.SIGINT)
        assert job.process.wait(timeout=LIMIT_S) != 0, job.output
        _until(lambda: job.processes() == [], "all processes gone", job)
        assert not (job.folder / "w" / PID).exists()
