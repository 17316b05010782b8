"""What is measured on a kernel. Each metric takes the kernel and a number of repetitions and returns a dict with `value`."""

from __future__ import annotations

import statistics
import time
from typing import Any

from wire import Kernel, Metric

LINES = 100_000
BLOB = 10_000_000
PIPELINE = 500
#: Cells of a kernel before its other times are taken. Node.js still compiles for some hundred cells, on cores that the ranks want.
WARM_CELLS = 600

_BLOB_CELL = f"""
class _Blob:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {{'image/png': 'iVBO' * {BLOB // 4}}}
from IPython.display import display
display(_Blob())
"""
_BUSY_CELL = "import time\n_until = time.monotonic() + 2\nwhile time.monotonic() < _until: pass"


def _times(seconds: list[float]) -> dict[str, Any]:
    ms = sorted(one * 1000 for one in seconds)
    return {"value": round(statistics.median(ms), 4), "unit": "ms", "n": len(ms), "p95": round(ms[int(0.95 * (len(ms) - 1))], 4), "min": round(ms[0], 4)}


def kernel_info(kernel: Kernel, n: int) -> dict[str, Any]:
    return _times([kernel.ask("shell", "kernel_info_request", {})[0] for _ in range(n)])


def control_idle(kernel: Kernel, n: int) -> dict[str, Any]:
    return _times([kernel.ask("control", "kernel_info_request", {})[0] for _ in range(n)])


def control_busy(kernel: Kernel, _: int) -> dict[str, Any]:
    number, began = kernel.begin(_BUSY_CELL)
    taken = []
    while time.perf_counter() - began < 1.7:
        taken.append(kernel.ask("control", "kernel_info_request", {}, 10)[0])
        time.sleep(0.02)
    kernel.finish(number, began)
    return _times(taken)


def _execute(code: str) -> Metric:
    def measure(kernel: Kernel, n: int) -> dict[str, Any]:
        for _ in range(10):
            kernel.run(code)
        return _times([kernel.run(code).idle_s for _ in range(n)])

    return measure


def first_cells(kernel: Kernel, n: int) -> dict[str, Any]:
    """The first `n` cells, timed, and as many more as an interpreter needs to have compiled what every cell runs."""
    first = _times([kernel.run("pass").idle_s for _ in range(n)])
    for _ in range(WARM_CELLS - n):
        kernel.run("pass")
    return first


def pipelined(kernel: Kernel, _: int) -> dict[str, Any]:
    content = {"code": "pass", "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    requests = [kernel.build("execute_request", content) for _ in range(PIPELINE)]
    began = time.perf_counter()
    for _, frames in requests:
        kernel.sockets["shell"].send_multipart(frames)
    cell = kernel.finish(requests[-1][0], began, 120)
    kernel.drain()
    return {"value": round(PIPELINE / max(cell.idle_s, cell.reply_s), 1), "unit": "1/s"}


def _printed(code: str, expected: str) -> Metric:
    def measure(kernel: Kernel, _: int) -> dict[str, Any]:
        cell = kernel.run(code, 120)
        bodies = [kernel.content(body) for kind, body in cell.outputs if kind == "stream"]
        text = "".join(body["text"] for body in bodies if body["name"] == "stdout")
        whole = text == expected
        return {"value": round(LINES / cell.idle_s), "unit": "lines/s", "seconds": round(cell.idle_s, 3), "messages": len(bodies), "whole": whole}

    return measure


def display(kernel: Kernel, _: int) -> dict[str, Any]:
    taken = []
    for _ in range(3):
        cell = kernel.run(_BLOB_CELL)
        data = [kernel.content(body)["data"] for kind, body in cell.outputs if kind == "display_data"]
        if not any(len(one.get("image/png", "")) == BLOB for one in data):
            raise RuntimeError(f"{kernel.label}: the display did not arrive whole")
        taken.append(cell.idle_s)
    return _times(taken)


def complete(kernel: Kernel, n: int) -> dict[str, Any]:
    code = "import os; os.pa"
    kernel.run("import os")
    asked = [kernel.ask("shell", "complete_request", {"code": code, "cursor_pos": len(code)}) for _ in range(max(5, n // 10))]
    if not any(match.endswith("path") for match in kernel.content(asked[-1][1])["matches"]):
        raise RuntimeError(f"{kernel.label}: os.path is not among the matches")
    return _times([seconds for seconds, _ in asked])


def inspect(kernel: Kernel, n: int) -> dict[str, Any]:
    asked = [kernel.ask("shell", "inspect_request", {"code": "len", "cursor_pos": 3, "detail_level": 0}) for _ in range(max(5, n // 3))]
    if not kernel.content(asked[-1][1])["found"]:
        raise RuntimeError(f"{kernel.label}: len was not found")
    return _times([seconds for seconds, _ in asked])


def interrupt(kernel: Kernel, _: int) -> dict[str, Any]:
    taken = []
    for _ in range(5):
        number, began = kernel.begin("while True: pass")
        sent = time.perf_counter()
        kernel.interrupt()
        cell = kernel.finish(number, began, 20)
        taken.append(began + max(cell.idle_s, cell.reply_s) - sent)
        kernel.run("1")
    return _times(taken)


#: Name, what it shows, and the metric. Ratios are to ipykernel; for rates a larger one is better.
METRICS: dict[str, tuple[str, Metric]] = {
    "first": ("execute `pass` to idle, the first cells of a kernel", first_cells),
    "kernel_info": ("kernel_info on shell", kernel_info),
    "control_idle": ("kernel_info on control, idle", control_idle),
    "control_busy": ("kernel_info on control, during a Python loop", control_busy),
    "execute_1": ("execute `1` to idle", _execute("1")),
    "execute_pass": ("execute `pass` to idle", _execute("pass")),
    "pipelined": (f"{PIPELINE} pipelined executes", pipelined),
    "lines": (f"{LINES:,} printed lines on each rank", _printed(f"for i in range({LINES}): print(i)", "".join(f"{i}\n" for i in range(LINES)))),
    "display": ("display of 10 MB", display),
    "complete": ("complete `import os; os.pa`", complete),
    "inspect": ("inspect `len`", inspect),
    "interrupt": ("interrupt of an endless loop to idle", interrupt),
}
