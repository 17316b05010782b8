"""The black-box tests of ipykernel, run against the kernel of a live job.

They are unpacked from the source package of the pinned release into `build/`, never committed. Three things are replaced: how
the tests start a kernel (by the kernelspec of our job), the least version number of the kernel, which is ipykernel's own, and, for
one test, the order in which replies are looked at: that of the requests, as ipykernel's helper `get_replies` has it.
"""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from live_job import ROOT, LiveJob

FILES = ("test_message_spec.py", "test_async.py", "test_kernel.py", "test_debugger.py")
DOWNLOAD_S = 180
TEST_S = 30
SUITE_S = 400

CONFTEST = '''"""Starts every kernel of these tests by the kernelspec that the environment names."""

import os

import pytest
from jupyter_client import manager

KERNEL = os.environ["ALLRANKS_SUITE_KERNEL"]
_start, _run = manager.start_new_kernel, manager.run_kernel
manager.start_new_kernel = lambda **options: _start(**{**options, "kernel_name": KERNEL})
manager.run_kernel = lambda **options: _run(**{**options, "kernel_name": KERNEL})


def pytest_collection_modifyitems() -> None:
    """Replies to the client's first questions are checked too: the version in them is that of another implementation."""
    from tests import test_message_spec as spec

    # A cell that waits for its safe point for more than a second says so, and takes it back.
    spec.references["clear_output"] = type("ClearOutput", (spec.Reference,), {"wait": spec.Bool()})()
    fields = {"implementation_version": spec.Version(min="0.1")}
    spec.references["kernel_info_reply"] = type("KernelInfoReply", (spec.KernelInfoReply,), fields)()


@pytest.fixture(autouse=True)
def replies_in_order_of_requests(request, monkeypatch) -> None:
    """One test takes the next reply for that to its next request, but questions are answered while a cell runs."""
    if request.node.name != "test_non_execute_stop_on_error":
        return
    from tests import test_message_spec as spec

    sent, came, take = [], {}, spec.KC.get_shell_msg

    def remembered(ask):
        def send(*args, **options):
            sent.append(ask(*args, **options))
            return sent[-1]

        return send

    def get_shell_msg(**options):
        if not sent:
            return take(**options)
        wanted = sent.pop(0)
        while wanted not in came:
            reply = take(**options)
            came[reply["parent_header"]["msg_id"]] = reply
        return came.pop(wanted)

    for name in ("execute", "kernel_info", "comm_info", "inspect"):
        monkeypatch.setattr(spec.KC, name, remembered(getattr(spec.KC, name)))
    monkeypatch.setattr(spec.KC, "get_shell_msg", get_shell_msg)
'''


def unpack() -> Path:
    """Folder with the tests of the ipykernel that `test/requirements.txt` pins; fetched once, by pip."""
    version = importlib.metadata.version("ipykernel")
    sources = ROOT / "build" / "test-sources"
    folder = sources / f"ipykernel-{version}-tests"
    conftest = folder / "tests" / "conftest.py"
    if conftest.exists() and conftest.read_text() == CONFTEST:
        return folder
    archive = sources / f"ipykernel-{version}.tar.gz"
    if not archive.exists():
        pip = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--no-binary", "ipykernel", "--dest", str(sources), f"ipykernel=={version}"], check=True, timeout=DOWNLOAD_S)
    tests = folder / "tests"
    tests.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as package:
        for name in ("__init__.py", "utils.py", *FILES):
            member = package.extractfile(f"ipykernel-{version}/tests/{name}")
            assert member is not None, name
            (tests / name).write_bytes(member.read())
    # Last: its presence says that the folder is complete.
    conftest.write_text(CONFTEST)
    return folder


def run(job: LiveJob, deselected: list[str]) -> tuple[dict[str, str], str]:
    """Run the suite against `job` without the tests that begin with a name of `deselected` (`file::test`).

    Returns what became of each test, by `file::test`: "passed", or the text of its failure or skip; and pytest's output.
    """
    folder = unpack()
    report = job.folder / "suite.xml"
    environment = {**job.environment, "ALLRANKS_SUITE_KERNEL": job.kernel_name, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), f"--junitxml={report}", "-o", "junit_logging=all", f"--timeout={TEST_S}"]
    for name in deselected:
        command += ["--deselect", f"tests/{name}"]
    command += [f"tests/{name}" for name in FILES]
    done = subprocess.run(command, cwd=folder, env=environment, timeout=SUITE_S, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if not report.exists():
        raise RuntimeError(f"the suite did not run:\n{done.stdout}")
    outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname', '').split('.')[-1]}.py::{case.get('name')}"
        bad = [child for child in case if child.tag in ("failure", "error", "skipped")]
        outcomes[name] = f"{bad[0].tag}: {bad[0].get('message')}\n{bad[0].text}" if bad else "passed"
    return outcomes, done.stdout


