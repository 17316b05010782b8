"""Cells: results, errors, namespace, and what a cell may not leave behind. Each test has an interpreter of its own."""

from __future__ import annotations


def test_a_cell_runs_in_the_namespace_of_the_inline_script_and_keeps_its_names(rank_process):
    rank_process(
        """
        rank = Rank("value = 3\\ndef double(x):\\n    return 2 * x\\n")
        seen = rank.cell("value = double(value)\\nvalue")
        assert (seen.status, seen.result()) == (0, "6")
        import inline_script
        assert inline_script.value == 6
        assert inline_script.__file__ == "/nowhere/inline_script.py"
        """
    )


def test_a_redefined_function_is_what_the_simulation_calls_next(rank_process):
    rank_process(
        """
        rank = Rank("def f():\\n    global seen\\n    seen = 'old'\\n")
        rank.cell("def f():\\n    global seen\\n    seen = 'new'")
        assert rank.embed.run_function("f", []) == (True, "")
        assert rank.cell("seen").result() == "'new'"
        """
    )


def test_results_carry_the_given_execution_count_and_are_kept_in_out(rank_process):
    rank_process(
        """
        rank = Rank()
        first = rank.cell("6 * 7")
        (message,) = first.published()
        assert message == {"kind": "result", "data": {"text/plain": "42"}, "metadata": {}, "execution_count": 1}
        assert rank.cell("_, Out[1], In[1], _1").result() == "(42, 42, '6 * 7', 42)"
        (unstored,) = rank.cell("5", store_history=False).published()
        assert unstored["execution_count"] == 2
        """
    )


def test_a_semicolon_or_silence_keeps_the_result_back(rank_process):
    rank_process(
        """
        rank = Rank()
        assert rank.cell("1;").published() == []
        assert rank.cell("'a;b'").result() == "'a;b'"
        assert rank.cell("2", silent=True).published() == []
        assert rank.cell("3", store_history=False).result() == "3"
        assert rank.cell("3;", store_history=False).published() == []
        """
    )


def test_an_exception_is_an_error_outcome_with_the_lines_of_the_cell(rank_process):
    rank_process(
        """
        rank = Rank("def fail():\\n    return [][1]\\n")
        seen = rank.cell("x = 1\\nfail()")
        assert (seen.status, seen.error()) == (1, "IndexError: list index out of range")
        text = "\\n".join(seen.outcome["traceback"])
        import re
        plain = re.sub(r"\\x1b\\[[0-9;]*m", "", text)
        assert "In[1], line 2" in plain and "----> 2 fail()" in plain
        assert "inline_script.py:2, in fail()" in plain and "return [][1]" in plain
        assert "allranks" not in plain and "hidden" not in plain
        assert seen.frames == []
        """
    )


def test_the_same_error_has_the_same_traceback_in_every_process(rank_process):
    program = """
        rank = Rank("def fail():\\n    raise ValueError('x')\\n")
        print(rank.cell("fail()").outcome["traceback"])
    """
    assert rank_process(program) == rank_process(program)


def test_syntax_errors_name_the_cell(rank_process):
    rank_process(
        """
        rank = Rank()
        for code in ("x = )", "return 1", "  x = 1\\n y = 2"):
            seen = rank.cell(code)
            assert seen.status == 1 and seen.outcome["ename"] in ("SyntaxError", "IndentationError"), seen.outcome
            assert "Cell" in "".join(seen.outcome["traceback"])
        assert rank.cell("1").status == 0
        """
    )


def test_exception_groups_and_own_renderings_are_shown(rank_process):
    rank_process(
        """
        rank = Rank()
        seen = rank.cell("raise ExceptionGroup('many', [ValueError('one')])")
        assert "| ValueError: one" in "\\n".join(seen.outcome["traceback"])
        seen = rank.cell("class E(Exception):\\n    def _render_traceback_(self):\\n        return ['mine']\\nraise E()")
        assert seen.outcome["traceback"] == ["mine"]
        """
    )


def test_exit_quit_and_sys_exit_end_the_cell_only(rank_process):
    rank_process(
        """
        rank = Rank()
        for code in ("exit()", "quit()", "import sys\\nsys.exit()", "raise SystemExit", "exit"):
            seen = rank.cell(code + "\\nprint('not reached')" if code != "exit" else code)
            assert seen.status == 0, seen.outcome
            assert "simulation goes on" in seen.text() and "not reached" not in seen.text()
        seen = rank.cell("import sys\\nsys.exit('no data')")
        assert (seen.status, seen.error()) == (1, "SystemExit: no data")
        """
    )


def test_a_broken_repr_or_str_is_told_and_breaks_nothing(rank_process):
    rank_process(
        """
        rank = Rank()
        rank.cell("class Bad:\\n    def __repr__(self):\\n        raise RuntimeError('no repr')")
        seen = rank.cell("Bad()")
        assert seen.status == 1 and seen.outcome["evalue"] == "no repr" and seen.published() == []
        seen = rank.cell("class E(Exception):\\n    def __str__(self):\\n        raise RuntimeError('no str')\\nraise E()")
        assert seen.status == 1 and seen.outcome["ename"] == "E" and "raises RuntimeError" in seen.outcome["evalue"]
        assert rank.cell("1").result() == "1"
        """
    )


def test_top_level_await_runs_and_keeps_one_event_loop(rank_process):
    rank_process(
        """
        rank = Rank()
        seen = rank.cell("import asyncio\\nawait asyncio.sleep(0)\\nqueue = asyncio.Queue()\\nawait queue.put(5)\\n'put'")
        assert seen.result() == "'put'"
        assert rank.cell("await queue.get()").result() == "5"
        assert rank.cell("asyncio.run(asyncio.sleep(0, 'own loop'))").result() == "'own loop'"
        assert rank.cell("await asyncio.gather(asyncio.sleep(0, 1), asyncio.sleep(0, 2))").result() == "[1, 2]"
        """
    )


def test_user_expressions_give_values_and_errors(rank_process):
    rank_process(
        """
        rank = Rank("x = 2\\n")
        found = rank.cell("x += 1", user_expressions={"value": "x", "wrong": "1/0"}).outcome["user_expressions"]
        assert found["value"] == {"status": "ok", "data": {"text/plain": "3"}, "metadata": {}}
        assert found["wrong"]["status"] == "error" and found["wrong"]["ename"] == "ZeroDivisionError"
        """
    )


def test_ranks_that_are_not_targets_skip_the_cell(rank_process):
    rank_process(
        """
        rank = Rank(rank=1, size=4)
        assert rank.cell("x = 1", targets=[0, 2]).status == 2
        assert rank.cell("x", targets=None).error() == "NameError: name 'x' is not defined"
        assert rank.cell("x = 1", targets=[1]).status == 0
        """
    )


def test_deleted_builtins_and_a_tiny_recursion_limit_do_not_outlive_the_cell(rank_process):
    rank_process(
        """
        import sys
        rank = Rank()
        seen = rank.cell("import builtins\\nfor name in list(vars(builtins)):\\n    if name != '__name__':\\n        delattr(builtins, name)")
        assert "Traceback" not in seen.text("stderr")
        assert rank.cell("len([1, 2])").result() == "2"
        seen = rank.cell("import sys\\nsys.setrecursionlimit(80)\\ndef f():\\n    f()\\nf()")
        assert seen.outcome["ename"] == "RecursionError" and sys.getrecursionlimit() >= 1000
        """
    )


def test_hooks_traces_and_streams_are_restored_after_the_cell(rank_process):
    rank_process(
        """
        import sys
        rank = Rank()
        before = (sys.displayhook, sys.excepthook, sys.stdout, sys.stderr)
        code = '''
        import sys
        sys.displayhook = sys.excepthook = print
        sys.settrace(lambda *a: None); sys.setprofile(lambda *a: None)
        sys.stdout.close(); sys.stdout = None; sys.stderr = 5
        '''
        import textwrap
        assert rank.cell(textwrap.dedent(code)).status == 0
        assert (sys.displayhook, sys.excepthook, sys.stdout, sys.stderr) == before
        assert sys.gettrace() is None and sys.getprofile() is None
        assert rank.cell("print('again')").text() == "again\\n"
        """
    )


def test_reset_brings_back_the_names_of_the_script(rank_process):
    rank_process(
        """
        rank = Rank("kept = 1\\ndef f():\\n    return 'script'\\n")
        rank.cell("added = 5; kept = 2\\ndel f")
        assert rank.call(what="reset").status == 0
        assert rank.cell("kept, f(), 'added' in globals()").result() == "(1, 'script', False)"
        assert rank.cell("In[1]").status == 0
        """
    )


def test_malformed_payloads_and_unknown_calls_are_error_outcomes(rank_process):
    rank_process(
        """
        rank = Rank()
        for payload in (b"", b"\\xc1", b"\\x93\\x01\\x02\\x03", b"\\x05"):
            status, outcome = rank.embed.run_cell(payload)
            assert status == 1 and outcome
            assert rank.embed.call(payload)[0] == 1
            assert rank.embed.serve(payload)
        assert rank.call(what="nonsense").error() == "ValueError: unknown call 'nonsense'"
        """
    )


def test_code_with_lone_surrogates_is_answered(rank_process):
    rank_process(
        """
        rank = Rank()
        assert rank.cell("x = '\\ud800'").status in (0, 1)
        assert rank.cell("1").result() == "1"
        """
    )


def test_nothing_is_written_to_the_home_folder(rank_process, tmp_path):
    rank_process("rank = Rank()\nrank.cell('%cd .')\nrank.cell('1/0')\nrank.cell('%history')\nrank.embed.stop()")
    assert list((tmp_path / "home").iterdir()) == []


def test_matplotlib_numpy_jedi_and_sqlite_are_not_imported_at_start(rank_process):
    rank_process(
        """
        import sys
        Rank().cell("1")
        assert not {"matplotlib", "numpy", "jedi", "sqlite3", "mpi4py.MPI"} & set(sys.modules)
        """
    )
