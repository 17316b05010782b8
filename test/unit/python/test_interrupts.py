"""SIGINT: it ends the running cell, and only that."""

from __future__ import annotations



def test_an_interrupt_ends_loops_sleeps_and_commands(rank_process):
    rank_process(
        """
        import signal
        rank = Rank()
        before = signal.getsignal(signal.SIGINT)
        start = "import os, signal, threading, time\\nthreading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()\\n"
        for code in ("while True: pass", "time.sleep(60)", "import asyncio\\nawait asyncio.sleep(60)", "!sleep 60"):
            seen = rank.cell(start + code)
            assert (seen.status, seen.outcome["ename"]) == (4, "KeyboardInterrupt"), (code, seen.outcome)
            assert "_signals.py" not in "".join(seen.outcome["traceback"])
            assert signal.getsignal(signal.SIGINT) is before
            assert rank.cell("1").result() == "1"
        """
    )


def test_a_cell_may_catch_its_interrupt(rank_process):
    rank_process(
        """
        rank = Rank()
        seen = rank.cell("import os, signal\\ntry:\\n    os.kill(os.getpid(), signal.SIGINT)\\nexcept KeyboardInterrupt:\\n    print('caught')")
        assert (seen.status, seen.text()) == (0, "caught\\n")
        """
    )


def test_a_handler_left_by_a_cell_and_a_late_interrupt_do_not_reach_the_next_cell(rank_process):
    rank_process(
        """
        import os, signal
        rank = Rank()
        before = signal.getsignal(signal.SIGINT)
        rank.cell("import signal\\nsignal.signal(signal.SIGINT, signal.SIG_IGN)")
        assert signal.getsignal(signal.SIGINT) is before
        runner = sys.modules["allranks._embed"]._rank.cells
        describe = runner.describe
        def interrupted_meanwhile(error):
            os.kill(os.getpid(), signal.SIGINT)
            return describe(error)
        runner.describe = interrupted_meanwhile
        assert rank.cell("1/0").outcome["ename"] == "ZeroDivisionError"
        assert rank.cell("1").result() == "1"
        """
    )


def test_an_await_that_refuses_to_end_is_left_behind(rank_process):
    rank_process(
        '''
        rank = Rank()
        seen = rank.cell("""
        import asyncio, os, signal, threading
        async def stubborn():
            while True:
                try:
                    await asyncio.sleep(60)
                except asyncio.CancelledError:
                    print("no")
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        await stubborn()
        """)
        assert (seen.status, seen.text()) == (4, "no\\n")
        seen = rank.cell("await asyncio.sleep(0.01)\\n5")
        assert (seen.result(), seen.text()) == ("5", "")
        assert rank.cell("1/0").text("stderr") == ""
        '''
    )


def test_an_interrupt_while_printing_loses_and_repeats_nothing(rank_process):
    rank_process(
        """
        rank = Rank()
        code = '''
        import os, signal, threading
        n = 0
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
        while True:
            print(n)
            n += 1
        '''
        import textwrap
        for _ in range(5):
            seen = rank.cell(textwrap.dedent(code))
            assert seen.status == 4
            lines = seen.text().splitlines()
            assert lines == [str(i) for i in range(len(lines))]
        """
    )


def test_an_interrupt_that_was_caught_is_final_later_and_cleaning_up_has_more_time(rank_process):
    rank_process(
        """
        rank = Rank()
        import _allranks
        from allranks import _signals
        runner = sys.modules["allranks._embed"]._rank.cells
        interrupts = runner.interrupts
        now = [100.0]
        _signals.time.monotonic, clock = (lambda: now[0]), _signals.time.monotonic

        def press(handler, later):
            now[0] += later
            try:
                handler(2, sys._getframe())
            except KeyboardInterrupt:
                return True
            return False

        interrupts._namespace = globals()
        interrupts.armed = True
        assert press(interrupts.handler, 0)
        assert not press(interrupts.again, 2.5)
        assert not _allranks.insisted
        assert press(interrupts.again, 1)
        assert _allranks.insisted == [globals()]

        interrupts._first = None
        _allranks.insisted.clear()
        try:
            interrupts.handler(2, None)
        except KeyboardInterrupt:
            assert not press(interrupts.again, 5)
            assert not _allranks.insisted
            assert press(interrupts.again, 5)
            assert _allranks.insisted

        interrupts._first = None
        _allranks.insisted.clear()
        assert press(interrupts.handler, 0) and press(interrupts.handler, 0.5)
        assert not _allranks.insisted
        assert press(interrupts.handler, 2) and _allranks.insisted
        interrupts.armed = False
        assert not press(interrupts.again, 60)
        _signals.time.monotonic = clock
        """
    )
