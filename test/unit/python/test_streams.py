"""stdout and stderr: where text goes, in which order, and that nothing is lost."""

from __future__ import annotations


def test_streams_and_displays_keep_their_order(rank_process):
    rank_process(
        """
        rank = Rank()
        seen = rank.cell("import sys\\nprint('a')\\nprint('b', file=sys.stderr)\\nprint('c', end='')\\ndisplay(1)\\nprint('d')\\n2")
        kinds = [(kind, text) if kind != "publish" else kind for kind, text, _ in seen.frames]
        assert kinds == [("stdout", "a\\n"), ("stderr", "b\\n"), ("stdout", "c"), "publish", ("stdout", "d\\n"), "publish"]
        """
    )


def test_threads_keep_the_cell_that_started_them(rank_process):
    rank_process(
        """
        rank = Rank()
        rank.cell("import threading\\ngo = threading.Event()\\ndef work():\\n    go.wait(); print('late')\\nthread = threading.Thread(target=work); thread.start()")
        rank.cell("print('second'); go.set(); thread.join()")
        rank.embed.stop()
        texts = {(text, index) for kind, text, index in rank.core.frames if kind == "stdout"}
        assert texts == {("second\\n", 2), ("late\\n", 1)}
        """
    )


def test_text_outside_of_cells_goes_to_the_job_log(rank_process):
    log = rank_process(
        """
        rank = Rank("print('from the script')\\ndef f():\\n    print('from a step')\\n    display('shown')\\n")
        rank.embed.run_function("f", [])
        assert [frame for frame in rank.core.frames if frame[0] != "notice"] == []
        """
    )
    assert log == "from the script\nfrom a step\n'shown'\n"


def test_text_of_a_later_step_belongs_to_the_cell_whose_code_prints_it(rank_process):
    log = rank_process(
        """
        import sys
        rank = Rank("def f():\\n    print('from the script')\\n    helper()\\ndef helper(): pass\\n")

        def step(name):
            del rank.core.frames[:]
            assert rank.embed.run_function(name, []) == (True, "")
            return [frame for frame in rank.core.frames if frame[0] != "notice"]

        rank.cell("def helper():\\n    print('from a cell')\\n    import sys; sys.stderr.write('ü ' + chr(0xd800))\\n    display('shown')\\n", origin="{}")
        helper = rank.number
        rank.cell("def f():\\n    print('mine')\\n    helper()\\n", origin="{}")
        own = rank.number
        *texts, published = step("f")
        assert texts == [("stdout", "mine\\n", own), ("stdout", "from a cell\\n", helper), ("stderr", "ü ?", helper)], texts
        assert published[0] == "publish" and published[2] == helper

        # The same text again is a cell of its own.
        rank.cell("def f():\\n    print('mine')\\n    helper()\\n", origin="{}")
        again = rank.number
        assert step("f")[0] == ("stdout", "mine\\n", again) and again != own

        rank.cell("def f():\\n    print('no room')\\n    display('none either')\\n", origin="{}")
        rank.core.room = False
        assert step("f") == []
        rank.core.room = True
        rank.cell("def f():\\n    print('by the prompt')\\n")
        assert step("f") == []
        """
    )
    # The log of the job has all of it besides.
    assert log == "mine\nfrom a cell\n'shown'\nmine\nfrom a cell\n'shown'\nno room\n'none either'\nby the prompt\n"


def test_what_later_steps_show_below_a_cell_is_bounded(rank_process):
    log = rank_process(
        """
        rank = Rank()
        sys.modules["allranks._streams"].STEP_CHARS = 100
        rank.cell("def f():\\n    print('0123456789012345678901234567')\\n", origin="{}")
        for _ in range(6):
            rank.embed.run_function("f", [])
        text = "".join(frame[1] for frame in rank.core.frames if frame[0] == "stdout" and frame[2] == rank.number)
        assert text.count("0123456789012345678901234567\\n") == 3, text
        told = [frame for frame in rank.core.frames if frame[0] == "stderr"]
        assert [frame[1:] for frame in told] == [("[what functions of this cell print from here on is in the log of the job only]\\n", rank.number)]
        """
    )
    assert log.count("0123456789012345678901234567\n") == 6


def test_odd_text_and_bytes_pass(rank_process):
    rank_process(
        """
        rank = Rank()
        seen = rank.cell("import sys\\nprint('a\\\\0b \\\\ud800')\\nsys.stdout.buffer.write('ü'.encode()[:1]); sys.stdout.buffer.write('ü'.encode()[1:]);")
        assert seen.text() == "a\\0b \\ud800\\nü"
        seen = rank.cell("import sys\\nassert not sys.stdout.isatty() and sys.stdout.writable()\\nsys.stdout.write(5)")
        assert seen.outcome["ename"] == "TypeError"
        """
    )


def test_a_forked_child_writes_to_the_job_log_and_repeats_nothing(rank_process):
    log = rank_process(
        """
        rank = Rank()
        seen = rank.cell('''
        import os
        print("before", end="")
        pid = os.fork()
        if pid == 0:
            print("child", flush=True)
            os._exit(0)
        os.waitpid(pid, 0)
        print("after")
        ''')
        assert seen.text() == "beforeafter\\n"
        """
    )
    assert log == "child\n"


def test_stop_returns_the_streams_of_the_job_and_may_be_called_twice(rank_process):
    log = rank_process("rank = Rank()\nrank.embed.stop()\nrank.embed.stop()\nprint('plain')\nassert sys.stdout is sys.__stdout__")
    assert log == "plain\n"
