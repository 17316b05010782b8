"""Plain cells, run as IPython runs them but without its ceremony.

`InteractiveShell.run_cell` tokenizes a cell several times, runs it through a coroutine and sets dozens of traits: some hundred
microseconds, on every rank, for a cell that may need ten. Most cells are plain Python, and nobody has changed how IPython
treats them. For those, `PlainCells.run` does the same steps in the same order. Everything else is left to IPython: magics,
`await`, prompts, odd white space, text that does not parse, transformers and hooks of the user, patched methods.

test/unit/python/test_plain.py runs many cells both ways and compares all that can be seen of them.
"""

from __future__ import annotations

import ast
import linecache
import re
import sys
import warnings
from collections.abc import Callable
from operator import itemgetter
from types import CodeType
from typing import TYPE_CHECKING, Any

import _allranks
from IPython.core.autocall import IPyAutocall
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell, softspace
from IPython.core.macro import Macro

from ._source import CellCompiler

if TYPE_CHECKING:
    from ._shell import RankShell

#: Line ends other than LF, which IPython's line transformations know, and prompts, a shell assignment that is none ("=!" in
#: an f-string), coroutines. In strings and comments they only cost time: IPython then runs the cell.
_ODD = ("\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", ">>>", "In ", "...:", "=!", "await", "async")
_ODD_BEYOND_ASCII = re.compile("[\x85\u2028\u2029]")
#: As the prefilter splits a line that begins with no blank and no escape character.
_FIRST_WORD = re.compile(r"[\w.*]*")

#: What a user might replace, on the shell or on its class.
_METHODS = (
    "run_cell", "_run_cell", "run_cell_async", "run_ast_nodes", "should_run_async", "transform_cell", "transform_ast", "push",
)
_originals = itemgetter(*_METHODS)
_ORIGINALS = _originals(vars(InteractiveShell))
#: Read past the traits: each of them would cost as much as a line of the cell.
_VALUES = (
    "input_transformers_post", "ast_transformers", "ast_node_interactivity", "autocall", "automagic", "autoawait",
    "builtin_trap", "display_trap", "execution_count", "history_manager", "magics_manager", "prefilter_manager",
)
#: What the parser and the compiler raise for a text.
_NOT_PLAIN = (SyntaxError, ValueError, OverflowError, TypeError, MemoryError, RecursionError, Warning)
_AWAIT_FLAG = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


_first_word = _allranks.first_word


def look_at(cell: str) -> str | None:
    """The first word of a plain line, a line feed for several plain lines, None for text that IPython may treat in a way of its own.
    The library does the same for ASCII, in C.
    """
    # What begins a line of IPython's own begins no statement of Python, but for a first line.
    if cell[0].isspace() or cell[0] == "%":
        return None
    for odd in _ODD:
        if odd in cell:
            return None
    if not cell.isascii() and _ODD_BEYOND_ASCII.search(cell):
        return None
    if cell.find("\n") != len(cell) - 1:
        # IPython empties lines that consist of blanks, also within strings.
        return None if " \n" in cell or "\t\n" in cell else "\n"
    return _FIRST_WORD.match(cell).group()  # type: ignore[union-attr]


class PlainCells:
    """Runs plain cells of one shell. Main thread only; may be entered again from a cell (`get_ipython().run_cell`)."""

    def __init__(self, shell: RankShell) -> None:
        self._shell = shell
        manager = shell.input_transformer_manager
        self._transforms = (
            manager, list(manager.cleanup_transforms), list(manager.line_transforms), list(manager.token_transformers),
        )
        prefilter = shell.prefilter_manager
        self._prefilter = (prefilter, list(prefilter.checkers), prefilter.get_handler_by_name("normal"))
        #: What IPython itself does around a cell; `_run` and `run` do it without its help.
        self._before = list(shell.events.callbacks["pre_execute"])
        self._after = list(shell.events.callbacks["post_execute"])
        self._display_pub = shell.display_pub
        for name in _VALUES:
            getattr(shell, name)  # so that its default is among the values
        self._values = shell._trait_values
        getattr(shell.magics_manager, "magics"), getattr(shell.magics_manager, "lazy_magics")
        self._history = shell.history_manager
        self._history_values = shell.history_manager._trait_values
        for name in ("db_log_output", "input_hist_parsed", "input_hist_raw", "_i00", "_i", "_ii", "_iii"):
            getattr(shell.history_manager, name)
        known = [function.__name__ for function in (*self._before, *self._after)]
        self._known = sorted(known) == ["_clear_warning_registry", "_on_post_execute", "_on_pre_execute"]
        # Another release of IPython may do more around a cell.
        self._same = self._watch() if self._known else bool

    def run(self, raw_cell: str, store_history: bool, silent: bool, cell_id: Any, cell_meta: Any) -> ExecutionResult | None:
        """Run the cell; the same result as that of `InteractiveShell.run_cell`. None: not plain, and nothing has been done."""
        shell = self._shell
        cell = raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"
        if not (self._same() or self._untouched()) or not self._is_plain(cell):
            return None
        count = self._values["execution_count"]
        name = shell.compile.get_code_name(raw_cell, cell, count)
        warned: list = []
        nodes = self._parse(cell, name, silent, warned)
        if nodes is None:
            return None
        # From here on the order is that of InteractiveShell.run_cell, _run_cell, run_cell_async and run_ast_nodes.
        if not shell._user_code:
            shell.running_cell = cell
        info = ExecutionInfo(raw_cell, store_history, silent, True, cell_id, cell_meta, transformed_cell=cell)
        result = ExecutionResult(info)
        try:
            self._run(nodes, cell, raw_cell, name, count, store_history and not silent, silent, result, warned)
        except BaseException as error:
            result = ExecutionResult(info)
            result.error_in_exec = error
            shell.showtraceback(running_compiled_code=True)
        finally:
            events = shell.events
            if events.callbacks["post_execute"] == self._after:
                self._display_pub._in_post_execute = True
            else:
                events.trigger("post_execute")
            if not silent and events.callbacks["post_run_cell"]:
                events.trigger("post_run_cell", result)
        return result

    def _watch(self) -> Callable[[], bool]:
        """A look in C at what `_untouched` looks at; when something is not the same, that one decides."""
        shell = self._shell
        values = self._values
        manager, cleanup, lines, tokens = self._transforms
        callbacks = shell.events.callbacks
        kept = ("ast_node_interactivity", "ast_transformers", "input_transformers_post", "history_manager")
        own = ("input_transformer_manager", "events", "compile", "trio_runner")
        methods = dict(zip(_METHODS, _ORIGINALS))
        return _allranks.watch(
            [
                (values, {name: values[name] for name in kept}, ()),
                (vars(shell), {name: vars(shell)[name] for name in own if name in vars(shell)}, _METHODS),
                (values, {name: values[name] for name in own if name in values}, ()),
                (InteractiveShell, methods, ()),
                (shell.events.__dict__, {"callbacks": callbacks}, ()),
                (callbacks, {name: callbacks[name] for name in ("pre_execute", "pre_run_cell")}, ()),
                (callbacks["pre_execute"], tuple(self._before)),
                (callbacks["pre_run_cell"], ()),
                (values["ast_transformers"], ()),
                (values["input_transformers_post"], ()),
                (manager.cleanup_transforms, tuple(cleanup)),
                (manager.line_transforms, tuple(lines)),
                (manager.token_transformers, tuple(tokens)),
                (vars(manager), {name: getattr(manager, name) for name in ("cleanup_transforms", "line_transforms", "token_transformers")}, ()),
            ]
        ).same

    def _untouched(self) -> bool:
        """Whether nobody has changed how IPython treats cells."""
        shell = self._shell
        values = self._values
        manager, cleanup, lines, tokens = self._transforms
        callbacks = shell.events.callbacks
        return (
            self._known
            and not values["ast_transformers"]
            and values["ast_node_interactivity"] == "last_expr"
            and callbacks["pre_execute"] == self._before
            and not callbacks["pre_run_cell"]
            and shell.input_transformer_manager is manager
            and manager.cleanup_transforms == cleanup
            and manager.line_transforms == lines
            and manager.token_transformers == tokens
            and not values["input_transformers_post"]
            and shell.trio_runner is None
            and type(shell.compile) is CellCompiler
            and values["history_manager"] is self._history
            and type(self._history) is HistoryManager
            and vars(shell).keys().isdisjoint(_METHODS)
            and _originals(vars(InteractiveShell)) == _ORIGINALS
        )

    def _is_plain(self, cell: str) -> bool:
        """Whether IPython would leave the text of the cell as it is, provided that it parses as Python."""
        word = _first_word(cell)
        if word is NotImplemented:
            word = look_at(cell)
        if word is None:
            return False
        if word == "\n":
            return True
        # A single line is looked at once more: automagic, macros, names that call themselves.
        shell = self._shell
        values = self._values
        manager, checkers, normal = self._prefilter
        if (
            values["autocall"]
            or values["prefilter_manager"] is not manager
            or manager._transformers
            or manager._checkers != checkers
            or manager._handlers.get("normal") is not normal
        ):
            return False
        if isinstance(shell._user_ns.get(word), (Macro, IPyAutocall)):
            return False
        if values["automagic"]:
            magics = values["magics_manager"]._trait_values
            if word in magics["magics"]["line"] or word in magics["lazy_magics"]:
                return False
        shell._last_input_line = cell[:-1]
        return True

    def _parse(self, cell: str, name: str, silent: bool, warned: list) -> list | None:
        """What the cell consists of: statements, or the code of its only one. None when it is not Python, and IPython will parse it
        again. `warned` receives the warnings.
        """
        shown = warnings._showwarnmsg  # type: ignore[attr-defined]
        warnings._showwarnmsg = warned.append  # type: ignore[attr-defined]
        try:
            if not silent and cell.find("\n") == len(cell) - 1 and not (":" in cell or ";" in cell or "__future__" in cell):
                # One statement, and a simple one: compiled at one go. "single" shows the value of an expression.
                try:
                    return [compile(cell, name, "single", self._shell.compile.flags | self._await_flag(), True)]
                except _NOT_PLAIN:
                    # A comment, or an error: told below, as for all others.
                    warned.clear()
            return self._shell.compile.ast_parse(cell, filename=name).body
        except _NOT_PLAIN:
            return None
        finally:
            warnings._showwarnmsg = shown  # type: ignore[attr-defined]

    def _run(
        self, nodes: list, cell: str, raw_cell: str, name: str, count: int, store: bool, silent: bool, result: ExecutionResult,
        warned: list,
    ) -> None:
        shell = self._shell
        values = self._values
        result.execution_count = count
        if store:
            values["execution_count"] = count + 1
        # The callbacks of `pre_execute`, which are IPython's own: `_untouched` has looked.
        shell._user_ns.pop("__warningregistry__", None)
        self._display_pub._in_post_execute = False
        if store:
            self._store_inputs(count, cell, raw_cell)
        # Made when the user asks for a log.
        logger = shell._logger
        if not silent and logger is not None and logger.log_active:
            logger.log(cell, raw_cell)
        trap = values["builtin_trap"]
        if trap._nested_level == 0:
            trap.activate()
        trap._nested_level += 1
        try:
            # What CachingCompiler.cache does, whose name for the cell is known already.
            shell.compile._filename_map[name] = count
            lines = [cell] if cell.find("\n") == len(cell) - 1 else [line + "\n" for line in cell.splitlines()]
            linecache.cache[name] = (len(cell), None, lines, name)
            for warning in warned:
                warnings._showwarnmsg(warning)  # type: ignore[attr-defined]
            hook = shell.displayhook
            display = values["display_trap"]
            if display._nested_level == 0:
                display.old_hook = sys.displayhook
                sys.displayhook = hook
            display._nested_level += 1
            try:
                hook._trait_values["exec_result"] = result
                raised = self._run_nodes(nodes, name, silent, result) if nodes else False
                values["last_execution_succeeded"] = not raised
                values["last_execution_result"] = result
                hook._trait_values["exec_result"] = None
            finally:
                display._nested_level -= 1
                if display._nested_level == 0:
                    sys.displayhook = display.old_hook
        finally:
            if trap._nested_level == 1:
                trap.deactivate()
            trap._nested_level -= 1
        if store:
            history = self._history
            if self._history_values["db_log_output"]:
                history.store_output(count)
            if result.error_in_exec:
                history.exceptions[count] = shell._format_exception_for_storage(result.error_in_exec)

    def _run_nodes(self, nodes: list, name: str, silent: bool, result: ExecutionResult) -> bool:
        """Compile and execute statement by statement: the ones before an error of the compiler have run."""
        shell = self._shell
        shown = None if silent or not isinstance(nodes[-1], ast.Expr) else nodes[-1]
        try:
            for node in nodes:
                if type(node) is CodeType:
                    code = node
                else:
                    code = self._compile(ast.Interactive([node]), name, "single") if node is shown else self._compile(ast.Module([node], []), name, "exec")
                if shell.run_plain_code(code, result):
                    return True
            if softspace(sys.stdout, 0):
                print()
        except:  # noqa: E722  (as IPython: a `return` at top level, for example, is found by the compiler only)
            result.error_before_exec = sys.exc_info()[1]
            shell.showtraceback()
            return True
        return False

    def _await_flag(self) -> int:
        """It decides nothing here, since there is no `await`; but code objects and later cells must be the same as IPython's."""
        return _AWAIT_FLAG if self._values["autoawait"] else 0

    def _compile(self, tree: Any, name: str, mode: str) -> CodeType:
        compiler = self._shell.compile
        added = ~compiler.flags & self._await_flag()
        compiler.flags |= _AWAIT_FLAG
        try:
            return compiler(tree, name, mode)
        finally:
            compiler.flags &= ~added

    def _store_inputs(self, count: int, cell: str, raw_cell: str) -> None:
        """HistoryManager.store_inputs without its queue for a database that does not exist here."""
        history = self._history
        raw = raw_cell.rstrip("\n")
        if history._exit_re.match(raw.strip()):
            return
        values = self._history_values
        values["input_hist_parsed"].append(cell.rstrip("\n"))
        values["input_hist_raw"].append(raw)
        third, second, last = values["_ii"], values["_i"], values["_i00"]
        values["_iii"], values["_ii"], values["_i"], values["_i00"] = third, second, last, raw
        names = {"_i": last, "_ii": second, "_iii": third, f"_i{count}": raw}
        self._shell._user_ns.update(names)
        self._shell.user_ns_hidden.update(names)
