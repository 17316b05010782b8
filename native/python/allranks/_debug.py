"""The debugger of one rank: `pydevd`, the part of debugpy that runs inside of the process.

It speaks the Debug Adapter Protocol over a Unix socket of the bridge, which this rank connects to when it is asked; debugpy's adapter
process, which listens on TCP ports, is not started. While a session lasts, cells and inline functions of this rank are traced on the
main thread, and nothing else is: no other thread, no code of the simulation's between them. Without a session nothing of it is there.
The main thread stops inside of a trace function; interrupts still reach it.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import signal
import socket
import sys
import threading
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any

from . import _pack

if TYPE_CHECKING:
    from ._signals import Interrupts

#: The least debugpy whose pydevd is used in this way.
_OLDEST = (1, 8)
#: How long loading debugpy and meeting the bridge may take, seconds.
_ATTACH_S = 20.0
#: Ways of pydevd to trace that need no code in C put into threads, and that follow a cell from statement to statement.
_SETTINGS = {
    "PYDEVD_USE_SYS_MONITORING": "0",
    "PYDEVD_LOAD_NATIVE_LIB": "0",
    "PYDEVD_USE_FRAME_EVAL": "NO",
    "PYDEVD_IPYTHON_COMPATIBLE_DEBUGGING": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


def missing() -> str:
    """Why this rank cannot be debugged, in one sentence; empty: it can. Loads nothing."""
    found = importlib.util.find_spec("debugpy")
    if found is None or not found.submodule_search_locations:
        return f"the Python package debugpy is missing in {sys.prefix}; install it there: {sys.executable} -m pip install debugpy"
    return ""


class Debugger:
    """Starts sessions and puts tracing on and off; one object a rank."""

    def __init__(self) -> None:
        self._session: _Session | None = None
        self._loading = threading.Lock()
        self._main = threading.get_ident()
        #: User code runs on the main thread.
        self._inside = False
        #: A session that began in the middle of user code waits for the main thread to take it up.
        self._late = False
        #: Signal that makes the main thread call `look`; 0: there is none.
        self.wake_signal = 0

    # Service thread -----------------------------------------------------------------------------------------------------

    def attach(self, path: str, token: str) -> dict:
        """Begin a session over the bridge's socket at `path`. Returns `{}`, or `{error}` with one sentence."""
        if not self._loading.acquire(blocking=False):
            return {"error": "the debugger is being started already"}
        answer: dict = {}

        def run() -> None:
            try:
                self._attach(path, token)
            except BaseException as error:
                answer["error"] = f"the debugger could not be started: {type(error).__name__}: {_pack.safe_text(error, str)}"
            finally:
                self._loading.release()

        # A thread of its own, which need not be waited for.
        thread = threading.Thread(target=run, name="allranks.debugger", daemon=True)
        # Neither of them is one of the user's.
        for own in (thread, threading.current_thread()):
            own.is_pydev_daemon_thread = own.pydev_do_not_trace = True  # type: ignore[attr-defined]
        thread.start()
        thread.join(_ATTACH_S)
        if thread.is_alive():
            return {"error": f"the debugger has not started within {_ATTACH_S:.0f} s"}
        return answer

    def _attach(self, path: str, token: str) -> None:
        if self._session is not None:
            self._session.close()
        session = _Session(path, token)
        self._session = session
        if self._inside and self.wake_signal:
            self._late = True
            signal.pthread_kill(self._main, self.wake_signal)

    # Main thread --------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """User code is about to run."""
        self._inside, self._late = True, False
        session = self._session
        if session is not None and not session.trace():
            self._session = None

    def end(self, interrupts: Interrupts) -> None:
        """User code has ended, perhaps by one of `interrupts`; nothing is traced any more."""
        self._inside = False
        session = self._session
        if session is not None and not session.untrace(interrupts.raised):
            self._session = None

    def look(self, frame: FrameType | None) -> bool:
        """In a signal handler: takes up a session that began while the code of `frame` was running; false: there is none."""
        if not self._late:
            return False
        self._late = False
        session = self._session
        if session is not None and self._inside:
            session.trace_from(self._main, frame)
        return True


class _Session:
    """One connection to the bridge, and pydevd behind it."""

    def __init__(self, path: str, token: str) -> None:
        pydevd = _load()
        from _pydevd_bundle import pydevd_constants
        from _pydevd_bundle.pydevd_additional_thread_info import set_additional_thread_info
        from _pydevd_bundle.pydevd_api import PyDevdAPI

        before = pydevd_constants.get_global_debugger()
        if before is not None:
            before.dispose_and_kill_all_pydevd_threads()
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(path)
            connection.sendall(token.encode() + b"\n")
        except OSError:
            connection.close()
            raise
        main = threading.main_thread()
        self._info = set_additional_thread_info(main)
        pydevd_constants.set_protocol(pydevd_constants.HTTP_JSON_PROTOCOL)
        kept = _Replaced()
        try:
            self._debugger = debugger = pydevd.PyDB()
            # Frames of these are neither traced nor shown.
            PyDevdAPI().set_dont_trace_start_end_patterns(debugger, _own_folders(), ())
            debugger._client_socket = connection
            debugger.initialize_network(connection)
            debugger.ready_to_run = True
            debugger.start_auxiliary_daemon_threads()
        finally:
            kept.restore()

    @property
    def _over(self) -> bool:
        return bool(self._debugger.pydb_disposed)

    def close(self) -> None:
        """Let the main thread go on, if it is stopped, and end the connection. Idempotent."""
        self._debugger.dispose_and_kill_all_pydevd_threads()

    def trace(self) -> bool:
        """Trace what the calling thread runs from here on; false when the session is over."""
        if self._over:
            return False
        sys.settrace(self._debugger.trace_dispatch)
        return True

    def trace_from(self, thread: int, frame: FrameType | None) -> None:
        """The same for frames that run already."""
        if self.trace():
            self._debugger.set_trace_for_frame_and_parents(thread, frame)

    def untrace(self, interrupted: bool) -> bool:
        """The end of `trace`: a step or a stop ends with the code that it was in. False when the session is over."""
        sys.settrace(None)
        info = self._info
        stopped = info.pydev_state == _SUSPENDED
        if stopped and not interrupted and not self._over:
            # A pause that was asked for when the code was about to end: it is that of the next.
            return True
        info.pydev_step_cmd = -1
        info.pydev_step_stop = None
        info.pydev_state = _RUNNING
        info.update_stepping_info()
        if self._over:
            return False
        if stopped:
            self._tell_continued()
        return True

    def _tell_continued(self) -> None:
        """An interrupt has ended the code in which the thread had stopped."""
        from _pydevd_bundle._debug_adapter.pydevd_schema import ContinuedEvent, ContinuedEventBody
        from _pydevd_bundle.pydevd_comm_constants import CMD_RETURN
        from _pydevd_bundle.pydevd_net_command import NetCommand

        event = ContinuedEvent(ContinuedEventBody(threadId=1, allThreadsContinued=True))
        self._debugger.writer.add_command(NetCommand(CMD_RETURN, 0, event, is_json=True))


#: States of a thread in pydevd.
_RUNNING, _SUSPENDED = 1, 2


class _Replaced:
    """Functions of the interpreter that pydevd puts its own in place of; user code is to find Python's."""

    def __init__(self) -> None:
        self._kept = {name: getattr(sys, name) for name in ("breakpointhook", "settrace", "stdin", "stdout", "stderr")}

    def restore(self) -> None:
        tracing = sys.modules.get("pydevd_tracing")
        if tracing is not None:
            tracing.restore_sys_set_trace_func()
        for name, value in self._kept.items():
            setattr(sys, name, value)


def _load() -> ModuleType:
    """pydevd, as debugpy brings it. Its settings are read from the environment once, when it is loaded."""
    known = sys.modules.get("pydevd")
    if known is not None:
        return known
    before = {name: os.environ.get(name) for name in _SETTINGS}
    kept = _Replaced()
    os.environ.update(_SETTINGS)
    try:
        import debugpy

        if tuple(int(part) for part in debugpy.__version__.split(".")[:2]) < _OLDEST:
            raise ImportError(f"debugpy {debugpy.__version__} is too old; version 1.8 or later is needed")
        import debugpy._vendored.force_pydevd  # noqa: F401
        import pydevd
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        kept.restore()
    return pydevd


def _own_folders() -> tuple[str, ...]:
    import IPython
    import debugpy

    files = (__file__, IPython.__file__, debugpy.__file__)
    return tuple(os.path.dirname(os.path.abspath(file)) + os.sep for file in files)


def traces() -> bool:
    """Whether the calling thread is traced by the debugger."""
    tracer = sys.gettrace()
    # A function of pydevd's, or an object of its part in C.
    module = getattr(tracer, "__module__", None) or type(tracer).__module__
    return str(module).startswith(("pydevd", "_pydevd"))


# Called by code that runs for the user ------------------------------------------------------------------------------------


def rich(value: Any) -> str:
    """All representations of a value as JSON in base64, which goes unchanged through the text that a debugger shows. Runs user code."""
    from IPython import get_ipython

    formatter = get_ipython().display_formatter
    before, formatter.render = formatter.render, True
    try:
        data, metadata = formatter.format(value)
    finally:
        formatter.render = before
    text = json.dumps({"data": _pack.clean(_pack.mime_bundle(data)), "metadata": _pack.clean(metadata)})
    return base64.b64encode(text.encode()).decode()


def evaluate(text: str, namespace: dict[str, Any]) -> str:
    """What a prompt would show of an expression, or the empty text of a statement. Runs user code."""
    try:
        code = compile(text, "<debugger>", "eval")
    except SyntaxError:
        exec(compile(text, "<debugger>", "exec"), namespace)
        return ""
    value = eval(code, namespace)
    return "" if value is None else value if isinstance(value, str) else repr(value)
