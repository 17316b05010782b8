"""Inline functions, conditions, the import of the script, and what is told about failures."""

from __future__ import annotations


_TEXTS = ["it's", 'say "x"', "back\\slash \\n", "line\nbreak", "ünïcödé 𝒳", '"""', "'''", "a\tb", "%d {x}"]


def test_arguments_reach_python_exactly_as_given(rank_process):
    rank_process(
        f"""
        texts = {_TEXTS!r}
        """
        """
        rank = Rank("seen = []\\ndef keep(*args, **kwargs):\\n    seen.append((args, kwargs))\\n")
        for text in texts:
            assert rank.embed.run_function("keep", [repr(text)]) == (True, "")
        script = sys.modules["inline_script"]
        assert script.seen == [((text,), {}) for text in texts]
        assert rank.embed.run_function("keep", ["1", "[2,\\n3]", "len('four')", "name = 'v'"]) == (True, "")
        assert script.seen[-1] == ((1, [2, 3], 4), {"name": "v"})
        """
    )


def test_a_name_that_is_no_identifier_is_refused_in_a_sentence(rank_process):
    rank_process(
        """
        rank = Rank()
        for name in ("f(", "", "a b", "import os;f", "1f"):
            ok, text = rank.embed.run_function(name, [])
            assert not ok and "is not the name of a function" in text
        ok, text = rank.embed.run_function("missing.part", [])
        assert not ok and text.endswith("NameError: name 'missing' is not defined\\n")
        """
    )


def test_failures_exits_and_interrupts_of_functions_are_recorded_and_told_once(rank_process):
    rank_process(
        """
        import msgpack
        rank = Rank("import sys\\nmode = 'raise'\\ndef f():\\n    if mode == 'raise':\\n        raise ValueError('x')\\n    if mode == 'exit':\\n        sys.exit(3)\\n    if mode == 'stop':\\n        raise KeyboardInterrupt\\n")
        script = sys.modules["inline_script"]
        ok, text = rank.embed.run_function("f", [])
        assert not ok and 'File "/nowhere/inline_script.py", line 5, in f' in text and "allranks/" not in text
        rank.core.now = (4, 0.0)
        rank.embed.run_function("f", [])
        assert len(rank.core.frames) == 1
        news = msgpack.unpackb(rank.core.frames[0][1])
        assert (news["what"], news["name"], news["status"]) == ("function", "f", "failed") and "ValueError" in news["error"]
        for script.mode in ("exit", "stop"):
            assert rank.embed.run_function("f", [])[0] is False
        script.mode = "fine"
        assert rank.embed.run_function("f", []) == (True, "")
        (status,) = rank.embed.functions()
        assert (status["status"], status["calls"], status["failures"], status["step"]) == ("ok", 5, 4, 4)
        """
    )


def test_until_evaluates_conditions_and_reports_errors(rank_process):
    rank_process(
        """
        rank = Rank("limit = 3\\n")
        rank.core.now = (5, 0.25)
        assert rank.embed.until("step > limit") == (True, "")
        assert rank.embed.until(" time > 1 ") == (False, "")
        assert rank.embed.until("allranks.step == 5") == (True, "")
        assert rank.embed.until("nothing > 1") == (False, "NameError: name 'nothing' is not defined")
        assert rank.embed.until("1 +")[1].startswith("File") or "SyntaxError" in rank.embed.until("1 +")[1]
        assert rank.embed.until("exit()")[0] in (True, False)
        """
    )


def test_a_script_that_raises_gives_its_own_traceback(rank_process):
    rank_process(
        """
        for source, ending in (("x = 1\\n1/0\\n", "ZeroDivisionError: division by zero\\n"), ("x = (\\n", "SyntaxError: '(' was never closed\\n")):
            try:
                Rank(source)
            except BaseException:
                text = sys.modules["allranks._embed"].format_error()
            else:
                raise AssertionError
            assert text.endswith(ending) and "inline_script.py" in text and "_inline.py" not in text, text
            sys.modules["allranks._embed"]._rank = None
            sys.modules["allranks._shell"].RankShell.clear_instance()
        """
    )


def test_a_missing_package_is_one_sentence_with_its_pip_line(rank_process):
    rank_process(
        """
        sys.modules["IPython"] = None
        try:
            Rank()
        except RuntimeError as error:
            text = str(error)
        assert "ipython is missing" in text and "-m pip install ipython" in text and "\\n" not in text
        """
    )


def test_the_script_sees_an_empty_argv_and_the_working_folder(rank_process):
    rank_process("Rank('import sys\\nassert sys.argv == [\"\"] and sys.path[0] == \".\"\\n')")


def test_what_the_library_called_by_itself_is_recorded_like_any_call(rank_process):
    rank_process(
        """
        import msgpack
        rank = Rank("def f():\\n    raise ValueError('x')\\ndef g(a):\\n    return a\\n")
        script = sys.modules["inline_script"]
        assert rank.embed.run_function("g", ["'one'"]) == (True, "")
        space, interrupts, debugger, status, code = rank.embed.quick_call("g", ["'one'"])
        assert space is vars(script) and eval(code, space) == "one" and status.calls == 1
        # As native/embed/quick_call.cpp leaves them.
        for owner, names in ((status, ("status", "in_round", "step", "calls", "wanted")), (interrupts, ("armed", "_first", "_without_sigint")), (debugger, ("_inside", "_late", "_session"))):
            assert all(hasattr(owner, name) for name in names), owner
        assert status.status == "ok" and interrupts._first is None and debugger._session is None
        status.calls += 1
        interrupts.armed = interrupts._without_sigint = debugger._inside = True
        try:
            script.f()
        except ValueError as error:
            ok, text = rank.embed.function_left("g", error)
        assert not ok and 'line 2, in f' in text and text.endswith("ValueError: x\\n")
        assert not interrupts.armed and not interrupts._without_sigint and not debugger._inside
        assert (status.status, status.calls, status.failures, status.error) == ("failed", 2, 1, text)
        assert [msgpack.unpackb(frame[1])["status"] for frame in rank.core.frames] == ["ok", "failed"]
        assert rank.embed.function_left("g", None) == (True, "")
        assert status.status == "ok" and status.failures == 1
        """
    )
