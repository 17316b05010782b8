"""IPython as the ranks use it: an `InteractiveShell` whose user module is the inline script.

Nothing is written to the home folder: no history file, no start-up files, a temporary folder of its own when one is
asked for. Results and displays become `publish` frames, errors are kept for the outcome of the cell.
"""

from __future__ import annotations

import builtins
import os
import sys
import tempfile
import traceback
from contextlib import nullcontext
from types import ModuleType
from typing import Any

import _allranks
from IPython.core import page, payloadpage
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import UsageError
from IPython.core.formatters import DisplayFormatter
from IPython.core.inputtransformer2 import leading_empty_lines
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from traitlets import Type
from traitlets.config import Config

from . import _departed, _pack, _system
from ._frames import user_frames
from ._mend import Mender
from ._plain import PlainCells
from ._source import CellCompiler, first_lines
from ._streams import Streams

#: Told in a cell that calls exit(), quit() or sys.exit().
EXIT_NOTE = "The cell has ended; the simulation goes on (exit ends a cell, %live stop ends the run).\n"

#: Told in a cell that a hook of an earlier one has broken.
HOOKS_DROPPED = "One of IPython's hooks (event callbacks, transformers) failed; those that cells had added are removed.\n"

_LOWEST_RECURSION_LIMIT = 1000
_builtin_names = vars(builtins)
_ONCE = ("pip", "conda", "mamba", "micromamba", "uv")
_IMAGES = ("image/png", "image/jpeg", "image/svg+xml", "application/pdf")


class RankFormatter(DisplayFormatter):
    """Representations of objects; figures are drawn only on ranks whose displays are shown.

    All other representations are computed on every rank, because those of distributed objects communicate.
    """

    render = True

    def format(self, obj: Any, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        if not self.render:
            figure = sys.modules.get("matplotlib.figure")
            if figure is not None and isinstance(obj, figure.Figure):
                exclude = {*(exclude or ()), *_IMAGES}
        return super().format(obj, include=include, exclude=exclude)

    def shown(self, data: dict, metadata: dict | None) -> tuple[dict, dict]:
        """What this rank sends of a bundle: everything, or the text only where displays are not shown."""
        if self.render:
            return _pack.mime_bundle(data), _pack.clean(metadata or {})
        text = data.get("text/plain")
        return {"text/plain": text if isinstance(text, str) else f"<{', '.join(map(str, data))}>"}, {}


class RankDisplayHook(DisplayHook):
    """Publishes the value of a cell's last expression."""

    def quiet(self) -> bool:
        """A semicolon at the end of the cell that runs, not of the last one in the history."""
        cell = self.shell.running_cell
        return ";" in cell and self.semicolon_at_end_of_expression(cell)

    def write_output_prompt(self) -> None:
        """The front end writes the prompt."""

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        data, metadata = self.shell.display_formatter.shown(format_dict, md_dict)
        self.shell.publish({"kind": "result", "data": data, "metadata": metadata, "execution_count": self.prompt_count})

    def log_output(self, format_dict: dict) -> None:
        """History belongs to the bridge."""

    def finish_displayhook(self) -> None:
        self._is_active = False


class RankDisplayPublisher(DisplayPublisher):
    """Publishes `display`, updates of displays, and `clear_output`."""

    def publish(  # type: ignore[override]
        self, data: dict, metadata: dict | None = None, *_: Any, transient: dict | None = None, update: bool = False, **__: Any
    ) -> None:
        self._validate_data(data, metadata)
        bundle, shown_metadata = self.shell.display_formatter.shown(data, metadata)
        message: dict[str, Any] = {"kind": "update" if update else "display", "data": bundle, "metadata": shown_metadata}
        display_id = (transient or {}).get("display_id")
        if display_id is not None:
            message["display_id"] = str(display_id)
        elif update:
            raise ValueError("an update of a display needs its display_id")
        self.shell.publish(message)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.publish({"kind": "clear", "wait": bool(wait)})


class RankShell(InteractiveShell):
    """The shell of one rank; made once, before the inline script runs. Main thread."""

    displayhook_class = Type(RankDisplayHook)
    display_pub_class = Type(RankDisplayPublisher)
    compiler_class = Type(CellCompiler)

    def __init__(self, module: ModuleType, streams: Streams) -> None:
        self.streams = streams
        #: Source of the running cell after IPython's transformations.
        self.running_cell = ""
        #: (exception, lines) of the error that ended the running cell.
        self.cell_error: tuple[BaseException, list[str]] | None = None
        #: What the representation of the running cell's value raised.
        self.display_error: BaseException | None = None
        #: Statements of cells that are under way, one within the other: what is run meanwhile was asked for by them.
        self._user_code = 0
        self._loop: Any = None
        self._abandoned: list[Any] = []
        self._memory: dict[str, Any] = {}
        self._names_held = False
        self._builtin_count = 0
        #: This rank is rank 0, or the first target of the running cell: it does what must be done only once.
        self.first_target = _allranks.rank == 0
        config = Config()
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"  # a name only: nothing is opened
        config.InteractiveShell.colors = "neutral"
        super().__init__(user_module=module, config=config)
        self.loop_runner = self.run_coroutine
        transforms = self.input_transformer_manager.cleanup_transforms
        transforms[transforms.index(leading_empty_lines)] = first_lines
        self.compile.named = self._name_cell
        self._plain = PlainCells(self)
        self.set_hook("show_in_pager", page.as_hook(payloadpage.page), 99)

    # What IPython would set up for a terminal or on disk -----------------------------------------------------------

    def init_profile_dir(self, profile_dir: Any) -> None:
        """No profile: `%config`, `%alias` and `%magics` work without one, start-up files are not wanted in ranks."""
        self.profile_dir = None

    def init_ipython_dir(self, ipython_dir: Any) -> None:
        """A name under the temporary folder for whoever asks; nothing is made there, the home folder is left alone."""
        folder = os.path.join(tempfile.gettempdir(), f"allranks-{os.getuid()}", "ipython")
        os.environ.setdefault("IPYTHONDIR", folder)
        # Assigned past the trait, whose observer would make the folder on every rank.
        self._trait_values["ipython_dir"] = os.environ["IPYTHONDIR"]

    def init_virtualenv(self) -> None:
        """The library has chosen the environment when it started Python."""

    def init_sys_modules(self) -> None:
        """The inline script is in `sys.modules` under its own name already."""

    def init_prompts(self) -> None:
        """No prompts, and `sys.ps1` stays away: packages take it for an interactive terminal."""

    def init_user_ns(self) -> None:
        """Add IPython's names. `open` stays Python's own: the namespace is that of the simulation's script."""
        super().init_user_ns()
        self.user_ns.pop("open", None)
        self.user_ns_hidden.pop("open", None)

    def init_magics(self) -> None:
        super().init_magics()
        for name in _ONCE:
            self.register_magic_function(self._once(name), "line", name)
        self.register_magic_function(_libyt_magic, "line", "libyt")

    def _once(self, name: str) -> Any:
        """A magic that changes the installation: on one rank, as all share it."""
        original = self.find_line_magic(name)

        def magic(line: str) -> None:
            if self.first_target:
                original(line)

        magic.__doc__ = original.__doc__
        return magic

    def init_display_formatter(self) -> None:
        self.display_formatter = RankFormatter(parent=self)
        self.configurables.append(self.display_formatter)

    def atexit_operations(self) -> None:
        """Files made for `%edit` and the like are removed; the namespace belongs to the simulation and stays."""
        for file in self.tempfiles:
            file.unlink(missing_ok=True)
        for folder in self.tempdirs:
            folder.rmdir()

    def _tee(self, channel: str) -> Any:
        """IPython would copy all printed text into its history, for ever."""
        return nullcontext()

    def _format_exception_for_storage(self, exception: BaseException, *_: Any, **__: Any) -> dict:
        """IPython would format every traceback a second time, for a history that the bridge keeps."""
        return {"ename": type(exception).__name__, "evalue": _pack.safe_text(exception, str), "traceback": []}

    # Output ---------------------------------------------------------------------------------------------------------

    def publish(self, message: dict) -> None:
        """Send a `publish` frame of the current cell, after the text printed before it; in a later step, of the cell whose code is at work.

        Outside of cells the text form goes to the job's own output, as from a plain script.
        """
        router = self.streams.router
        index = router.index()
        if index:
            router.flush()
            _allranks.publish(_pack.pack_shared(message), index)
            return
        index = router.step_index()
        if index:
            packed = _pack.pack_shared(message)
            # What replaces something, such as a plot that is drawn anew at each step, does not make the notebook longer.
            if message["kind"] not in ("display", "result") or router.take_step(len(packed), index):
                _allranks.offer_publish(packed, index)
        if "data" in message and "text/plain" in message["data"]:
            # To the stream of the job only: a front end has the display itself.
            self.streams.stdout._write_original(message["data"]["text/plain"] + "\n")

    def _name_cell(self, file: str) -> None:
        """Code of that name is compiled for the command that runs."""
        self.streams.router.name_cell(file)

    def set_next_input(self, s: str, replace: bool = False) -> None:
        """Put text into the next cell of the notebook (`%load`, `%recall`)."""
        self.payload_manager.write_payload({"source": "set_next_input", "text": s, "replace": replace})

    # Errors -----------------------------------------------------------------------------------------------------------

    def format_error(self, etype: type, value: BaseException, tb: Any, syntax_stack: bool = True) -> list[str]:
        """Lines of a traceback in IPython's form; of Python's own when that fails. Never raises for a broken object."""
        tb = user_frames(tb)
        told = _departed.shown(value)
        if told is not value:
            etype, value = type(told), told
        try:
            if etype is UsageError:
                return [f"UsageError: {value}"]
            if issubclass(etype, SyntaxError):
                frames = traceback.extract_tb(tb) if syntax_stack else []
                return self.SyntaxTB.structured_traceback(etype, value, frames)
            if hasattr(value, "_render_traceback_"):
                return list(value._render_traceback_())
            if not _holds_group(value):
                return self.InteractiveTB.structured_traceback(etype, value, tb, tb_offset=0)
        except (Exception, SystemExit) as error:
            sys.stderr.write(f"(IPython could not format this traceback: {type(error).__name__})\n")
        return "".join(traceback.format_exception(etype, value, tb)).splitlines()

    def showtraceback(  # noqa: D102
        self, exc_tuple: Any = None, filename: Any = None, tb_offset: Any = None,
        exception_only: bool = False, running_compiled_code: bool = False,
    ) -> None:
        try:
            etype, value, tb = self._get_exc_info(exc_tuple)
        except ValueError:
            sys.stderr.write("No traceback available to show.\n")
            return
        if exception_only:
            lines = traceback.format_exception_only(etype, value)
        else:
            lines = self.format_error(etype, value, tb, syntax_stack=running_compiled_code)
        self._showtraceback(etype, value, lines)

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        """Keep the error that ends the cell for its outcome; print one that a magic or a formatter merely reports."""
        if self._user_code:
            sys.stderr.write("\n".join(stb) + "\n")
        else:
            self.cell_error = (evalue, stb)

    # Running --------------------------------------------------------------------------------------------------------

    def begin_cell(self) -> None:
        """Forget what a cell that was broken off, such as an interrupted `await`, may have left half done."""
        self.cell_error = None
        self._user_code = 0
        values = self._trait_values
        payloads = values["payload_manager"]
        if payloads._trait_values.get("_payload"):
            payloads.clear_payload()
        # IPython's built-in names (`get_ipython`, no `exit`) stay from cell to cell: putting them in and out again makes
        # Python forget what it has learned about every global name.
        names = values["builtin_trap"]
        if not self._names_held:
            names._nested_level = 0
            names.activate()
            self._names_held = True
        names._nested_level = 1
        display = values["display_trap"]
        if display._nested_level:
            display.unset()
            display._nested_level = 0
        self._builtin_count = len(_builtin_names)

    def leave_cells(self) -> None:
        """Other code of the simulation's is about to run: Python's built-in names as they are without IPython. Idempotent."""
        if not self._names_held:
            return
        self._names_held = False
        names = self.builtin_trap
        names._nested_level = 0
        # A cell may have deleted a name that IPython adds, and deactivating would stumble over it.
        for name in names.auto_builtins:
            vars(builtins).setdefault(name, None)
        names.deactivate()

    def should_run_async(self, raw_cell: str, *, transformed_cell: Any = None, preprocessing_exc_tuple: Any = None) -> bool:
        # IPython finds out by compiling the cell; without these words there is nothing to find out.
        if transformed_cell is None or not ("await" in transformed_cell or "async" in transformed_cell):
            return False
        return super().should_run_async(
            raw_cell, transformed_cell=transformed_cell, preprocessing_exc_tuple=preprocessing_exc_tuple
        )

    def drop_hooks(self) -> bool:
        """Remove what cells have hooked into IPython, because it has broken a cell, and say so; false if there is none."""
        dropped = self.mender.drop_hooks()
        if dropped:
            self.streams.stderr.write(HOOKS_DROPPED)
        return dropped

    def transform_cell(self, raw_cell: str) -> str:
        try:
            cell = super().transform_cell(raw_cell)
        except SyntaxError:
            raise
        except (Exception, SystemExit):
            # Otherwise no cell could run any more, not even one that removes what fails.
            if not self.drop_hooks():
                raise
            cell = super().transform_cell(raw_cell)
        if not self._user_code:
            self.running_cell = cell
        return cell

    def run_cell(
        self, raw_cell: str, store_history: bool = False, silent: bool = False, shell_futures: bool = True,
        cell_id: str | None = None, cell_meta: dict | None = None,
    ) -> ExecutionResult:
        """As IPython's; plain cells take the short way of `_plain.py`."""
        if shell_futures:
            result = self._plain.run(raw_cell, store_history, silent, cell_id, cell_meta)
            if result is not None:
                return result
        return super().run_cell(raw_cell, store_history, silent, shell_futures, cell_id, cell_meta)

    async def run_code(self, code_obj: Any, result: Any = None, *, async_: bool = False) -> bool:
        """Execute one statement of a cell; true when it raised. What it raised is in `result` and `cell_error`."""
        __tracebackhide__ = "__ipython_bottom__"
        if not async_:
            return self.run_plain_code(code_obj, result)
        hook, sys.excepthook = sys.excepthook, self.excepthook
        depth = self._user_code
        self._user_code = depth + 1
        try:
            try:
                await eval(code_obj, self.user_global_ns, self.user_ns)
            finally:
                self._leave_user_code(depth, hook)
            return False
        except BaseException as error:
            return self._keep_error(error, result)

    def run_plain_code(self, code_obj: Any, result: Any = None) -> bool:
        """The same for code without `await`."""
        __tracebackhide__ = "__ipython_bottom__"
        hook, sys.excepthook = sys.excepthook, self.excepthook
        depth = self._user_code
        self._user_code = depth + 1
        try:
            try:
                # What the properties `user_global_ns` and `user_ns` return, which cost a call each.
                exec(code_obj, self.user_module.__dict__, self._user_ns)
            finally:
                self._leave_user_code(depth, hook)
            return False
        except BaseException as error:
            return self._keep_error(error, result)

    def _leave_user_code(self, depth: int, hook: Any, _names: dict = vars(builtins), _count: Any = len, _sys: ModuleType = sys) -> None:
        # A cell may have deleted built-in functions; IPython's own code needs them from here on. Their number tells it
        # cheaply after each statement; the end of the cell looks at all of them.
        if _count(_names) < self._builtin_count or _sys.getrecursionlimit() < _LOWEST_RECURSION_LIMIT:
            self.restore_interpreter()
        self._user_code = depth
        sys.excepthook = hook

    def _keep_error(self, error: BaseException, result: Any) -> bool:
        if result is not None:
            result.error_in_exec = error
        if not isinstance(error, SystemExit):
            self.showtraceback((type(error), error, error.__traceback__), running_compiled_code=True)
        elif not is_plain_exit(error) and not self._user_code:
            self.cell_error = (error, ["".join(traceback.format_exception_only(type(error), error)).rstrip()])
        return True

    runcode = run_code

    def run_coroutine(self, coroutine: Any) -> Any:
        """Run a cell with top-level `await`. The event loop is kept from cell to cell and runs only during such cells."""
        import asyncio

        loop = self._loop
        if loop is None or loop.is_closed():
            loop = self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        task = loop.create_task(coroutine)
        try:
            return loop.run_until_complete(task)
        except BaseException:
            # After an interrupt the cell must not go on in a later cell. A task that refuses to be cancelled is left
            # behind after a second, with its loop: neither runs again.
            self._user_code = 0
            if not task.done():
                task.cancel()
                loop.run_until_complete(asyncio.wait([task], timeout=1))
            if not task.done():
                self._abandoned.append(task)
                self._loop = None
            raise

    def keep_interpreter(self) -> None:
        """Remember the interpreter and this shell as they are now."""
        # With the class: a cell may empty this object.
        RankShell.mender = Mender(self, self.streams)

    mender: Mender

    def restore_interpreter(self) -> None:
        """Put back what a piece of a cell has deleted or replaced and the rest of the cell needs. Uses no built-in names."""
        self.mender.check()

    def ask_exit(self) -> None:
        """`exit` and `quit` end the cell."""
        raise SystemExit(0)

    @property
    def db(self) -> dict:  # type: ignore[override]
        """What `%bookmark` and `%store` keep: in memory, for the life of the job."""
        return self._memory

    def system(self, cmd: str) -> None:
        """Run a shell command of a cell; its output belongs to the cell, its exit code is in `_exit_code`."""
        __tracebackhide__ = True
        if cmd.rstrip().endswith("&"):
            raise OSError("Background processes not supported.")
        self.user_ns["_exit_code"] = _system.run(self.var_expand(cmd, depth=1), sys.stdout, sys.stderr)

    system_piped = system
    system_raw = system

    def enable_gui(self, gui: Any = None) -> None:
        """There is no GUI event loop in a rank; `%matplotlib inline` needs none."""
        if gui not in (None, "", "inline"):
            raise UsageError(f"a rank has no screen for {gui!r}; use %matplotlib inline")


def _libyt_magic(line: str) -> None:
    """Commands of libyt; `%libyt help` in a cell of its own lists them."""
    raise UsageError(f"%libyt {line}: a cell with commands of libyt holds %libyt lines only; put it into a cell of its own")


def is_plain_exit(error: BaseException) -> bool:
    """Whether it is an exit without a complaint. Never compares objects of the user."""
    return isinstance(error, SystemExit) and (error.code is None or (type(error.code) is int and error.code == 0))


def _holds_group(error: BaseException | None) -> bool:
    """Whether an exception group is in the chain: IPython's formatter cannot show those."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, BaseExceptionGroup):
            return True
        seen.add(id(error))
        error = error.__context__
    return False
