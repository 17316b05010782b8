"""The public conformance suite for kernels (jupyter_kernel_test) against the kernel of a live job.

Every attribute is set, so that no test of the suite skips itself.
"""

from __future__ import annotations

import jupyter_kernel_test
from live_job import LiveJob


class _OnLiveJob:
    """Starts the job before the suite's own `setUpClass` starts the kernel."""

    ranks: int
    job: LiveJob

    @classmethod
    def setUpClass(cls) -> None:
        cls.job = LiveJob(cls.ranks, "conformance")
        cls.job.__enter__()
        try:
            cls.kernel_name = cls.job.kernel_name
            super().setUpClass()  # type: ignore[misc]
        except BaseException:
            cls.job.__exit__()
            raise

    @classmethod
    def tearDownClass(cls) -> None:
        try:
            super().tearDownClass()  # type: ignore[misc]
        finally:
            cls.job.__exit__()

class _Conformance(_OnLiveJob):
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('test', file=sys.stderr)"
    completion_samples = [
        {"text": "zi", "matches": {"zip"}},
        {"text": "import os; os.pa", "matches": {"pardir", "path", "pathconf", "pathconf_names", "pathsep"}},
        {"text": "'\U0001d11e'; zi", "matches": {"zip"}},
    ]
    complete_code_samples = ["1", "print('hello, world')", "def f(x):\n    return x*2\n\n\n"]
    incomplete_code_samples = ["print('''hello", "def f(x):\n    x*2", "for i in range(3):"]
    invalid_code_samples = ["import = 7q", "1 +* 2"]
    code_page_something = "zip?"
    code_generate_error = "raise ValueError('wanted')"
    code_execute_result = [
        {"code": "1+2+3", "result": "6"},
        {"code": "[n*n for n in range(1, 4)]", "result": "[1, 4, 9]"},
    ]
    code_display_data = [
        {"code": "from IPython.display import HTML, display; display(HTML('<b>test</b>'))", "mime": "text/html"},
        {"code": "from IPython.display import Math, display; display(Math('\\\\frac{1}{2}'))", "mime": "text/latex"},
    ]
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"

class TestConformanceOn1Rank(_Conformance, jupyter_kernel_test.KernelTests):
    ranks = 1

class TestConformanceOn4Ranks(_Conformance, jupyter_kernel_test.KernelTests):
    ranks = 4

class TestWelcomeOn1Rank(_OnLiveJob, jupyter_kernel_test.IopubWelcomeTests):
    ranks = 1
    support_iopub_welcome = True

class TestWelcomeOn4Ranks(_OnLiveJob, jupyter_kernel_test.IopubWelcomeTests):
    ranks = 4
    support_iopub_welcome = True


def test_no_test_of_the_suite_skips_itself() -> None:
    """What the suite would skip for want of an attribute is set above."""
    unset = [name for name in vars(jupyter_kernel_test.KernelTests) if name.startswith(("code_", "complet", "incomplete", "invalid", "supported")) and not getattr(_Conformance, name, None)]
    assert unset == []
