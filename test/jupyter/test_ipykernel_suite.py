"""ipykernel's own black-box tests against the kernel of a live job, on 1 and on 4 ranks; see `support/ipykernel_suite.py`.

A test that cannot apply to a job with ranks is named in `INAPPLICABLE`, each with its reason; docs/front-ends.md tells the
same to users. Everything else must pass: a test that a later ipykernel adds is found by the comparison of the two lists.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ipykernel_suite import run, unpack
from live_job import ROOT, LiveJob

INAPPLICABLE = {
    "test_message_spec.py::test_kernel_info_request": "wants subshells announced, which there are none of",
    "test_message_spec.py::test_subshell": "JupyterLab would route widgets to a subshell, which no rank but one could have",
    "test_async.py::test_async_interrupt[trio]": "skips itself where trio is not installed",
    "test_kernel.py::test_async_cell_waiting_for_comm_reply": "a comm message is an entry of the command log and runs after the cell, on all ranks",
    "test_kernel.py::test_print_to_correct_cell_from_thread[thread-local]": "text of a thread belongs to the cell that started it, not to the latest one",
    "test_kernel.py::test_print_to_correct_cell_from_thread[none]": "text of a thread belongs to the cell that started it, not to the latest one",
    "test_kernel.py::test_print_to_correct_cell_from_asyncio": "between cells the main thread is the simulation's, so tasks stand still",
    "test_kernel.py::test_subprocess_print": "processes that race print in another order on each rank, and what differs is labelled",
    "test_kernel.py::test_capture_fd": "switched off by ipykernel itself",
    "test_kernel.py::test_subprocess_peek_at_stream_fileno": "switched off by ipykernel itself",
    "test_kernel.py::test_sys_path_profile_dir": "passes an option of ipykernel's command line",
    "test_kernel.py::test_sys_path": "the working folder is `.` in `sys.path`, as libyt has it, not the empty text",
    "test_kernel.py::test_help_output": "runs ipykernel's command line",
    "test_kernel.py::test_complete": "for Windows",
    "test_kernel.py::test_unc_paths": "for Windows",
    "test_kernel.py::test_sequential_control_messages": "runs cells on the control channel, where they would hold the interrupt",
    "test_kernel.py::test_shutdown_subprocesses": "switched off by ipykernel itself",
    "test_kernel.py::test_parent_header_and_ident": "wants the latest control message, which no rank sees",
}

# Of these, what applies to a single rank.
APPLICABLE_TO_ONE = {"test_kernel.py::test_subprocess_print"}


def _names() -> list[str]:
    """Test functions of the suite, without parameters."""
    found = []
    for file in sorted((unpack() / "tests").glob("test_*.py")):
        found += [f"{file.name}::{name}" for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)]
    return found


@pytest.fixture(scope="module", params=[1, 4], ids=["1 rank", "4 ranks"])
def suite(request: pytest.FixtureRequest) -> tuple[int, dict[str, str]]:
    ranks = request.param
    with LiveJob(ranks, "suite") as job:
        found, output = run(job, [name for name in INAPPLICABLE if _inapplicable(name, ranks)])
        assert found, output
        return ranks, found


def _inapplicable(name: str, ranks: int) -> bool:
    return name in INAPPLICABLE and not (ranks == 1 and name in APPLICABLE_TO_ONE)


@pytest.mark.parametrize("name", [name for name in _names() if not _inapplicable(name, 1)])
def test_of_ipykernel(suite: tuple[int, dict[str, str]], name: str) -> None:
    ranks, outcomes = suite
    mine = {key: outcome for key, outcome in outcomes.items() if key.split("[")[0] == name}
    # What does not apply must not have run.
    assert bool(mine) != _inapplicable(name, ranks), f"{name}: {sorted(mine) or 'did not run'}"
    assert {key: outcome for key, outcome in mine.items() if outcome != "passed"} == {}


def test_every_inapplicable_test_is_told_in_the_documentation() -> None:
    page = (Path(ROOT) / "docs" / "front-ends.md").read_text()
    known = set(_names())
    for name, reason in INAPPLICABLE.items():
        assert name.split("[")[0] in known, f"ipykernel has no {name}"
        assert reason in page, f"docs/front-ends.md lacks: {reason}"
