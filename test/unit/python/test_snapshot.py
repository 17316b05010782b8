"""`%%snapshot`: a cell in a forked child; what comes back and what stays behind."""

from __future__ import annotations


def test_output_displays_and_result_come_back_and_the_namespace_stays(rank_process):
    rank_process(
        """
        rank = Rank("value = [1]")
        seen = rank.cell("%%snapshot\\nimport sys\\nvalue.append(2)\\nprint('out')\\nprint('err', file=sys.stderr)\\ndisplay(3)\\nvalue")
        assert seen.status == 0, seen.error()
        assert (seen.text(), seen.text("stderr")) == ("out\\n", "err\\n")
        assert [m["data"]["text/plain"] for m in seen.published()] == ["3", "[1, 2]"]
        assert rank.cell("value").result() == "[1]"
        """
    )


def test_an_error_comes_back_with_its_name_text_and_lines(rank_process):
    rank_process(
        """
        import re
        rank = Rank()
        seen = rank.cell("%%snapshot\\ndef f():\\n    raise KeyError('only here')\\nf()")
        assert (seen.status, seen.error()) == (1, "KeyError: 'only here'")
        lines = re.sub("\\x1b\\[[0-9;]*m", "", "\\n".join(seen.outcome["traceback"]))
        assert "raise KeyError('only here')" in lines and "_snapshot" not in lines, lines
        assert seen.text("stderr") == ""
        assert rank.cell("%%snapshot\\nx +").outcome["ename"] == "SyntaxError"
        assert rank.cell("%%snapshot\\nimport sys; sys.exit(3)").error() == "SystemExit: 3"
        assert rank.cell("%%snapshot\\nexit()").status == 0
        """
    )


def test_every_end_of_the_child_is_one_sentence(rank_process):
    rank_process(
        """
        import re
        rank = Rank()
        for code, told in (
            ("import ctypes; ctypes.string_at(0)", "the snapshot was ended by SIGSEGV"),
            ("import os; os.abort()", "the snapshot was ended by SIGABRT"),
            ("import os; os._exit(3)", "the snapshot ended itself with exit code 3"),
            ("import os; os.kill(os.getpid(), 9)", "the snapshot was ended by SIGKILL, perhaps because memory ran out"),
            ("import os; os.execv('/bin/true', ['true'])", "the snapshot ended itself with exit code 0"),
        ):
            seen = rank.cell("%%snapshot\\n" + code)
            assert seen.error() == f"SnapshotEnded: {told}; the simulation and its memory are as they were", seen.error()
            assert len(seen.outcome["traceback"]) == 1
        seen = rank.cell("%%snapshot --time 0.2\\nwhile True: pass")
        assert "ran longer than 0.2 s (--time) and was ended" in seen.outcome["evalue"]
        """
    )


def test_memory_beyond_the_limit_is_an_error_of_the_snapshot(rank_process):
    rank_process(
        """
        rank = Rank()
        seen = rank.cell("%%snapshot --memory 50M\\nheld = []\\nwhile True: held.append(bytearray(1 << 20))")
        assert seen.outcome["ename"] == "MemoryError"
        assert seen.text("stderr") == ""
        assert rank.cell("%%snapshot --memory=1G\\nlen(bytearray(1 << 20))").result() == "1048576"
        """
    )


def test_memory_that_is_only_written_to_counts_too(rank_process):
    rank_process(
        """
        rank = Rank("held = bytearray(b'x') * (256 << 20)")
        seen = rank.cell("%%snapshot --memory 20M\\nfor at in range(0, len(held), 4096): held[at] = 1\\nimport time\\nwhile True: time.sleep(1)")
        assert "took more than 20M of memory (--memory) and was ended" in seen.outcome["evalue"], seen.error()
        """
    )


def test_wrong_options_are_refused_before_anything_runs(rank_process):
    rank_process(
        """
        rank = Rank()
        for line in ("--memory", "--memory lots", "--time soon", "--time -1", "--what 3", "now", "--memory '4G"):
            seen = rank.cell(f"%%snapshot {line}\\nprint('ran')")
            assert seen.outcome["ename"] == "UsageError" and seen.text() == "", line
            assert "%%snapshot [--memory SIZE] [--time SECONDS]" in seen.outcome["evalue"]
        """
    )


def test_the_child_and_what_it_started_are_gone_with_the_cell_and_no_descriptor_is_left(rank_process):
    rank_process(
        """
        import os, select
        rank = Rank()
        rank.cell("1")
        before = sorted(os.listdir("/proc/self/fd"))
        seen = rank.cell(
            "%%snapshot\\nimport os, subprocess\\nchild = subprocess.Popen(['sleep', '1000'])\\nprint(os.getpid(), child.pid)"
        )
        own, started = map(int, seen.text().split())
        assert not os.path.exists(f"/proc/{own}")
        try:
            process = os.pidfd_open(started)
        except ProcessLookupError:
            pass
        else:
            assert select.select([process], [], [], 60)[0], "the process that the snapshot started lives on"
            os.close(process)
        assert sorted(os.listdir("/proc/self/fd")) == before
        """
    )


def test_figures_of_matplotlib_are_shown(rank_process):
    rank_process(
        """
        rank = Rank()
        seen = rank.cell("%%snapshot\\nimport matplotlib.pyplot as plt\\nplt.plot([1, 2]);")
        (figure,) = seen.published("display")
        assert figure["data"]["image/png"].startswith("iVBOR")
        """
    )


def test_an_interrupt_ends_the_child(rank_process):
    rank_process(
        """
        import _thread, os, signal, threading
        rank = Rank()
        put_text = rank.core.put_text
        def interrupt_at_first_text(stream, text, index):
            put_text(stream, text, index)
            if "started" in text: os.kill(os.getpid(), signal.SIGINT)
        rank.core.put_text = interrupt_at_first_text
        seen = rank.cell("%%snapshot\\nimport time\\nprint('started', flush=True)\\nwhile True: time.sleep(1)")
        assert seen.status == 4, seen.error()
        assert rank.cell("1 + 1").result() == "2"
        """
    )
