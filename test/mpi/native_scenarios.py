"""Scenarios of the native library against a bridge made by hand and a simulation that is difficult company.

    python native_scenarios.py SCENARIO PROGRAMS FOLDER LAUNCHER...

Runs one scenario in FOLDER with the test programs in PROGRAMS; LAUNCHER... is the command that starts N ranks, with `{n}`
for their number. Fails by an exception. `native-hardening.test.ts` runs them all.
"""

from __future__ import annotations

import os
import random
import re
import struct
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import fake_bridge as fb  # noqa: E402

SCENARIOS: dict[str, Callable[[], None]] = {}
programs = folder = ""
launcher: list[str] = []


def scenario(body: Callable[[], None]) -> Callable[[], None]:
    SCENARIOS[body.__name__] = body
    return body


def host(n: int, *arguments: str, bridge: str | None = None, **env: str) -> fb.Host:
    launch = [word.replace("{n}", str(n)) for word in launcher]
    return fb.Host(launch, os.path.join(programs, "difficult_host"), list(arguments), folder, bridge, **env)


def script(source: str | bytes, name: str = "difficult_script.py") -> None:
    with open(os.path.join(folder, name), "wb") as file:
        file.write(source.encode() if isinstance(source, str) else source)


@contextmanager
def job(n: int, *arguments: str, **env: str) -> Any:
    """A running host and its bridge; afterwards it is stopped and must have ended well with its surroundings intact."""
    bridge = fb.Bridge(os.path.join(folder, "s"), n)
    simulation = host(n, *(arguments or ("--steps", "0")), bridge=bridge.path, **env)
    try:
        bridge.registered()
        yield bridge, simulation
        if "--steps" not in arguments or arguments[arguments.index("--steps") + 1] == "0":
            bridge.add(fb.STOP)
        until_ended(bridge, simulation)
        assert simulation.process.returncode == 0, simulation.text()[-3000:]
        assert len(re.findall(r"holds 1", simulation.text())) == n, simulation.text()[-3000:]
    except AssertionError as error:
        raise AssertionError(f"{error}\n--- output\n{simulation.text()[-3000:]}") from None
    finally:
        simulation.close()


def until_ended(bridge: fb.Bridge, simulation: fb.Host) -> None:
    bridge.until(lambda: simulation.process.poll() is not None, "end of the program")


def same(values: list) -> bool:
    return all(value == values[0] for value in values)


# --- The log -----------------------------------------------------------------------------------------------------------


@scenario
def withdrawals_agree_while_running() -> None:
    chance = random.Random(7)
    script("ran = []\n")
    with job(3, "--steps", "0", "--step-us", "300") as (bridge, _):
        for _ in range(300):
            index = bridge.cell(f"ran.append({len(bridge.log) + 1})")
            spin = chance.random() * 0.002
            began = time.monotonic()
            while time.monotonic() - began < spin:
                pass
            order = list(bridge.ranks.values())
            chance.shuffle(order)
            for rank in order:
                rank.send(fb.WITHDRAW, 0, index)
            bridge.until(lambda i=index: all((n, i) in bridge.withdrawals for n in range(3)), "answers to a withdrawal")
            statuses = bridge.settled(index)
            accepted = any(bridge.withdrawals[n, index] for n in range(3))
            assert statuses == ([fb.WITHDRAWN] * 3 if accepted else [fb.OK] * 3), (statuses, bridge.withdrawals)
        bridge.run("import allranks; assert len(set(map(tuple, allranks.comm.allgather(ran)))) == 1")
        assert [bridge.outcomes[n, len(bridge.log)][0] for n in range(3)] == [fb.OK] * 3


@scenario
def withdrawal_meets_a_pause_that_only_one_rank_has_reached() -> None:
    script("ran = 0\n")
    with job(2, "--steps", "0", "--step-us", "500", "--slow", "0", ALLRANKS_PAUSE_AT="40") as (bridge, _):
        # Rank 1 waits at its pause while rank 0 still steps towards it.
        bridge.until(lambda: bridge.ranks[1].step == 40, "rank 1 at its pause")
        index = bridge.cell("ran = 1")
        bridge.broadcast(fb.WITHDRAW, index)
        bridge.until(lambda: all((n, index) in bridge.withdrawals for n in range(2)), "answers to the withdrawal")
        statuses = bridge.settled(index)
        accepted = any(bridge.withdrawals[n, index] for n in range(2))
        assert statuses == ([fb.WITHDRAWN] * 2 if accepted else [fb.OK] * 2), (statuses, bridge.withdrawals)
        bridge.control(fb.RESUME)


@scenario
def resume_that_only_one_rank_got_is_finished_by_the_next_bridge() -> None:
    with job(2) as (bridge, _):
        assert bridge.control(fb.PAUSE) == [fb.OK] * 2
        bridge.add(fb.RESUME, to=[0])
        bridge.until(lambda: bridge.ranks[0].state == fb.LEAVING, "rank 0 leaving")
        bridge.die()
        bridge.listen()
        bridge.registered()
        assert bridge.settled(2) == [fb.OK] * 2
        assert bridge.run("1") == [fb.OK] * 2


@scenario
def rank_that_lost_its_bridge_in_a_pause_leaves_with_the_others() -> None:
    with job(2, ALLRANKS_ABANDON_AFTER="1") as (bridge, simulation):
        bridge.control(fb.PAUSE)
        bridge.turned_away = {1}
        lonely = bridge.ranks[1]
        bridge.drop(1)
        bridge.until(lambda: lonely.state == fb.LEAVING, "rank 1 giving the pause up")
        assert bridge.settled(bridge.cell("seen = 1"), [0]) == [fb.OK]
        steps = bridge.add(fb.STEP, struct.pack("<q", 3))
        before = bridge.ranks[0].step
        assert bridge.settled(steps, [0]) == [fb.OK]
        assert bridge.ranks[0].step == before + 3
        bridge.until(lambda: lonely.step == before + 3 and lonely.state in (fb.PAUSED, fb.LEAVING), "rank 1 paused as well")
        bridge.turned_away = set()
        bridge.registered()
        # It did not see the cell, and says so; the step was done.
        bridge.control(fb.RESUME)
        statuses = [bridge.outcomes[1, index][0] for index in (1, 2, 3, 4)]
        assert statuses == [fb.OK, fb.ERROR, fb.OK, fb.OK], bridge.outcomes
        assert bridge.run("import allranks; allranks.comm.allreduce(1)") == [fb.OK] * 2
        assert "went wrong" not in simulation.text()


@scenario
def all_ranks_without_a_bridge_end_their_pause() -> None:
    with job(2, "--steps", "0", ALLRANKS_ABANDON_AFTER="1", ALLRANKS_PAUSE_AT="start") as (bridge, simulation):
        bridge.until(lambda: all(rank.state == fb.PAUSED for rank in bridge.ranks.values()), "the pause")
        lost = list(bridge.ranks.values())
        bridge.die()
        bridge.until(lambda: all(rank.step > 20 for rank in lost), "steps after the pause")
        bridge.listen()
        bridge.registered()
        assert bridge.run("1") == [fb.OK] * 2
        assert simulation.text().count("the pause ends because") == 1


@scenario
def silent_bridge_does_not_hold_a_pause_for_ever() -> None:
    # The limit of 1 s, and two more that the bridge has for itself.
    with job(2, "--steps", "0", ALLRANKS_MAX_PAUSE="1", ALLRANKS_PAUSE_AT="start") as (bridge, simulation):
        bridge.until(lambda: all(rank.state == fb.PAUSED for rank in bridge.ranks.values()), "the pause")
        bridge.until(lambda: all(rank.step > 20 for rank in bridge.ranks.values()), "steps after the pause")
        assert "the bridge says nothing" in simulation.text()


@scenario
def pause_ends_a_step_and_cells_behind_it_wait() -> None:
    with job(2, "--steps", "0", "--step-us", "2000") as (bridge, _):
        steps = bridge.add(fb.STEP, struct.pack("<q", 1_000_000))
        cell = bridge.cell("1")
        bridge.until(lambda: bridge.ranks[0].step > 20, "steps go on while a cell waits behind them")
        assert (0, steps) not in bridge.outcomes and (0, cell) not in bridge.outcomes
        pause = bridge.add(fb.PAUSE)
        assert bridge.settled(steps) == [fb.INTERRUPTED] * 2
        assert bridge.settled(cell) == [fb.OK] * 2 and bridge.settled(pause) == [fb.OK] * 2
        bridge.control(fb.RESUME)
        assert bridge.control(fb.UNTIL, b"allranks.step % 50 == 0") == [fb.OK] * 2
        assert all(rank.step % 50 == 0 for rank in bridge.ranks.values())
        bridge.control(fb.RESUME)


@scenario
def bridge_dies_again_and_again() -> None:
    chance = random.Random(3)
    script("count = 0\n")
    with job(2, "--steps", "0", "--step-us", "200") as (bridge, _):
        for _ in range(25):
            index = bridge.cell("count += 1; print('x' * 1000)")
            if chance.random() < 0.5:
                bridge.until(lambda i=index: (0, i) in bridge.outcomes, "one outcome")
            bridge.die()
            bridge.listen()
            bridge.registered()
            assert bridge.settled(index) == [fb.OK] * 2
        bridge.run("print('count', count)")
        assert all("count 25" in text for text in bridge.text.values()), bridge.text


@scenario
def garbage_from_the_bridge_is_survived() -> None:
    with job(2) as (bridge, simulation):
        poison = [
            struct.pack("<IHHQ", 0xFFFFFFF0, 2, 1, 1),
            bytes(random.Random(1).randrange(256) for _ in range(5000)),
            struct.pack("<IHHQ", 4, 99, 0, 7) + b"abcd",
            struct.pack("<IHHQ", 1, fb.COMMAND, fb.CELL, 77) + b"x",
            struct.pack("<IHHQ", 1000, fb.COMMAND, fb.CELL, 1) + b"torn",
            struct.pack("<IHHQ", 0, fb.VERDICT, 0, 0),
            struct.pack("<IHHQ", 0, fb.INTERRUPT, 0, 2**63),
        ]
        for data in poison:
            bridge.ranks[1].raw(data)
            bridge.drop(1)
            bridge.registered()
            assert bridge.run("1") == [fb.OK] * 2
        for data in (struct.pack("<IHHQ", 1, fb.COMMAND, fb.CELL, 500) + b"x", struct.pack("<IHHQ", 0xFFFFFFF0, 2, 1, 1)):
            gone = bridge.ranks[0]
            gone.raw(data)
            bridge.until(lambda r=gone: bridge.ranks.get(0) is not r, "rank 0 turning away")
            bridge.registered()
            assert bridge.run("1") == [fb.OK] * 2
        for payload in (b"", b"\xc1", b"\x80", b"\x81\xa4code\x05"):
            assert bridge.control(fb.CELL, payload) in ([fb.ERROR] * 2, [fb.OK] * 2)
        assert bridge.control(fb.STEP, b"abc") == [fb.ERROR] * 2
        assert bridge.control(42) == [fb.ERROR] * 2
        assert bridge.run("1") == [fb.OK] * 2


@scenario
def link_serves_many_threads_while_the_bridge_comes_and_goes() -> None:
    bridge = fb.Bridge(os.path.join(folder, "s"), 1)
    program = fb.Host([], os.path.join(programs, "link_stress"), [bridge.path], folder, None)
    try:
        bridge.registered()
        for n in range(60):
            index = bridge.cell("")
            bridge.broadcast(fb.INTERRUPT, index)
            bridge.broadcast(fb.WITHDRAW, index)
            if n % 10 == 9:
                bridge.die()
                bridge.listen()
                bridge.registered()
            assert bridge.settled(index) == [fb.OK]
        bridge.add(fb.STOP)
        until_ended(bridge, program)
        assert program.process.returncode == 0 and "done" in program.text(), program.text()[-3000:]
    finally:
        program.close()


# --- Misuse by the simulation -------------------------------------------------------------------------------------------


@scenario
def ranks_with_different_numbers_of_steps_go_on_without_cells() -> None:
    with job(2, "--steps", "200", "--uneven") as (bridge, simulation):
        until_ended(bridge, simulation)
        assert "steps 200 " in simulation.text() and "steps 400 " in simulation.text()
        assert "Cells are off" in simulation.text()


@scenario
def wrong_communicators_are_refused() -> None:
    for kind, words in (("null", "MPI_COMM_NULL"), ("inter", "inter-communicator")):
        simulation = host(2, "--comm", kind)
        assert simulation.end() != 0
        assert simulation.text().count(words) == 2, simulation.text()


@scenario
def safe_points_inside_of_cells_are_refused() -> None:
    script(
        "import ctypes\n"
        "def library():\n"
        "    path = [line.split()[-1] for line in open('/proc/self/maps') if 'liballranks.so' in line][0]\n"
        "    return ctypes.CDLL(path)\n"
    )
    with job(2) as (bridge, _):
        code = (
            "lib = library(); lib.allranks_last_error.restype = ctypes.c_char_p\n"
            "print(lib.allranks_step(ctypes.c_int64(1), ctypes.c_double(0)), lib.allranks_last_error().decode())\n"
            "print(lib.allranks_finalize(), lib.allranks_last_error().decode())"
        )
        assert bridge.run(code) == [fb.OK] * 2
        assert all(text.count("-2 ") == 2 and "inside a cell" in text for text in bridge.text.values()), bridge.text
        assert bridge.run("1") == [fb.OK] * 2


EXPOSE = """
import ctypes, allranks, numpy as np
path = [line.split()[-1] for line in open('/proc/self/maps') if 'liballranks.so' in line][0]
lib = ctypes.CDLL(path)
lib.allranks_last_error.restype = ctypes.c_char_p
base = np.arange(1000.0)
def expose(name, pointer, shape, strides=None, dtype=2, flags=0, ndim=None):
    n = max(len(shape), 1)
    dims = (ctypes.c_int64 * n)(*shape)
    steps = (ctypes.c_int64 * n)(*strides) if strides is not None else None
    return lib.allranks_expose(name.encode(), ctypes.c_void_p(pointer), dtype, len(shape) if ndim is None else ndim, dims, steps, flags)
at = base.ctypes.data
"""


@scenario
def memory_of_every_layout_can_be_shown() -> None:
    script(EXPOSE)
    with job(1) as (bridge, simulation):
        good = (
            "assert expose('plain', at, [10, 100]) == 0 and (allranks.arrays['plain'] == base.reshape(10, 100)).all()\n"
            "assert expose('back', at + 999 * 8, [1000], [-8]) == 0 and (allranks.arrays['back'] == base[::-1]).all()\n"
            "assert expose('same', at, [5, 3], [0, 8]) == 0 and (allranks.arrays['same'] == [[0, 1, 2]] * 5).all()\n"
            "assert expose('every', at, [500], [16]) == 0 and (allranks.arrays['every'] == base[::2]).all()\n"
            "assert expose('none', None, [0, 7]) == 0 and allranks.arrays['none'].shape == (0, 7)\n"
            "assert expose('deep', at, [1, 2, 1, 5, 2, 1, 5, 10]) == 0 and allranks.arrays['deep'].ndim == 8 and allranks.arrays['deep'].sum() == base.sum()\n"
            "for kind, of in enumerate('f4 f8 i1 u1 i2 u2 i4 u4 i8 u8 g c8 c16'.split(), 1):\n"
            "    data = np.ones(4, of); assert expose('kind', data.ctypes.data, [4], dtype=kind) == 0, of\n"
            "    assert allranks.arrays['kind'].dtype == data.dtype and (allranks.arrays['kind'] == data).all(), of\n"
        )
        assert bridge.run(good) == [fb.OK], bridge.describe()
        bad = (
            "def no(*words, **more):\n    assert expose(*words, **more) == -1; print(lib.allranks_last_error().decode())\n"
            "no('a', at, [-1]); no('a', at, [1] * 9); no('a', at, [], ndim=0); no('a', None, [1]); no('a', at, [1], dtype=99)\n"
            "no('a', at, [1], flags=6); no('', at, [1]); no('a', at, [2**62, 2**62]); no('a', at, [2**61], [0])\n"
            "assert lib.allranks_withdraw(b'nothing') == -1 and 'a' not in allranks.arrays"
        )
        assert bridge.run(bad) == [fb.OK], bridge.describe()
        held = (
            "view = allranks.arrays['plain']\n"
            "assert expose('plain', at, [10, 100]) == 0 and expose('plain', at, [10, 100], flags=1) == 0\n"
            "allranks.arrays['plain'][0, 0] = 7; assert base[0] == 7 and not view.flags.writeable\n"
            "assert expose('plain', at, [5, 100]) == 0 and expose('plain', at + 8, [5, 100]) == 0\n"
            "other = allranks.arrays['back']; assert lib.allranks_withdraw(b'back') == 0 and other[0] == 999"
        )
        assert bridge.run(held) == [fb.OK], bridge.describe()
        def told() -> list[str]:
            return [line for line in simulation.text().splitlines() if "no longer valid" in line]

        # The launcher forwards stderr in its own time.
        bridge.until(lambda: len(told()) >= 2, "both warnings")
        warnings = told()
        assert len(warnings) == 2 and "'plain' was moved" in warnings[0] and "'back' was withdrawn" in warnings[1] and "cell 3" in warnings[0], warnings


# --- What cells do to the process ---------------------------------------------------------------------------------------


@scenario
def closed_pipes_and_alarms_do_not_end_the_simulation() -> None:
    with job(2) as (bridge, _):
        pipe = "import os\nr, w = os.pipe(); os.close(r)\ntry:\n    os.write(w, b'x')\nexcept BrokenPipeError:\n    print('broken')"
        assert bridge.run(pipe) == [fb.OK] * 2
        assert all("broken" in text for text in bridge.text.values())
        thread = (
            "import threading\nr2, w2 = os.pipe(); go, told = threading.Event(), threading.Event()\n"
            "def late():\n    go.wait()\n    try:\n        os.write(w2, b'x')\n    except BrokenPipeError:\n        print('late broken')\n    told.set()\n"
            "threading.Thread(target=late, daemon=True).start(); os.close(r2)\n"
            "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_DFL)\nsignal.setitimer(signal.ITIMER_REAL, 0.02)\nsignal.alarm and go.set()"
        )
        assert bridge.run(thread) == [fb.OK] * 2
        step = bridge.ranks[0].step
        bridge.until(lambda: bridge.ranks[0].step > step + 60, "steps after the time of the alarm")
        assert bridge.run("assert told.wait(10)") == [fb.OK] * 2


@scenario
def traps_of_the_simulation_do_not_meet_python() -> None:
    script("import numpy as np\nx = np.array([1.0]) / 0\ndef each():\n    return np.array([1.0, -1.0]) / 0, np.float64(1e308) * 10\n")
    with job(2, "--steps", "0", "--traps", "--call", "each") as (bridge, _):
        assert bridge.run("np.sqrt(np.array([-1.0])), np.array([1.0]) / 0, 1e308 * 10") == [fb.OK] * 2
        assert bridge.control(fb.UNTIL, b"(np.array([1.0]) / 0)[0] > 1") == [fb.OK] * 2
        # The mode of rounding stays the simulation's, too: the host looks.
        assert bridge.run("import ctypes; ctypes.CDLL('libm.so.6').fesetround(0x400)") == [fb.OK] * 2
        question = {"what": "complete", "code": "np.flo", "cursor_pos": 6}
        bridge.ranks[0].send(fb.REQUEST, 0, 5, fb.msgpack.packb(question))
        bridge.until(lambda: any(frame[1] == fb.REPLY for frame in bridge.frames), "a completion")
        bridge.control(fb.RESUME)


@scenario
def forked_children_never_become_a_second_rank() -> None:
    script("import os, sys\n")
    with job(2) as (bridge, simulation):
        assert bridge.run("pid = os.fork()\nprint('side', pid == 0)") == [fb.OK] * 2
        wait = "assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0"
        assert bridge.run(wait) == [fb.OK] * 2, bridge.outcomes
        assert bridge.run("pid = os.fork()\nif pid == 0: 1 / 0") == [fb.OK] * 2
        assert bridge.run("assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1") == [fb.OK] * 2
        assert bridge.run("pid = os.fork()\nif pid == 0: sys.exit(3)") == [fb.OK] * 2
        assert bridge.run("os.waitpid(pid, 0)") == [fb.OK] * 2
        many = "import multiprocessing as mp\nwith mp.get_context('fork').Pool(2) as pool: print(pool.map(abs, range(-500, 0))[0])"
        assert bridge.run(many) == [fb.OK] * 2
        heavy = "import subprocess; print(len(subprocess.run(['head', '-c', '20000000', '/dev/zero'], capture_output=True).stdout))"
        assert bridge.run(heavy) == [fb.OK] * 2
        assert all("side False" in text and "side True" not in text and "20000000" in text for text in bridge.text.values())
        # A child that stays must not look like the rank: the bridge has to notice when the rank itself is gone.
        stay = "import time, signal\npid = os.fork()\nif pid == 0:\n    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]); time.sleep(60); os._exit(0)"
        assert bridge.run(stay) == [fb.OK] * 2
        assert bridge.run("links = [os.readlink(f'/proc/{pid}/fd/{n}') for n in os.listdir(f'/proc/{pid}/fd')]\nmine = os.readlink\nprint(len(links))") == [fb.OK] * 2
        assert bridge.run("os.kill(pid, 9); os.waitpid(pid, 0)") == [fb.OK] * 2
        assert simulation.text().count("side True") == 2


@scenario
def late_interrupts_hit_nobody_else() -> None:
    chance = random.Random(11)
    script("import time\n")
    cells = int(os.environ.get("ALLRANKS_TEST_INTERRUPTS", "400"))
    with job(2, "--steps", "0", "--step-us", "50", "--handlers") as (bridge, simulation):
        for n in range(cells):
            index = bridge.cell(f"time.sleep({chance.random() * 0.002})")
            if n % 2:
                bridge.until(lambda i=index: any(f[1] == fb.NOTICE and f[3] == i for f in bridge.frames[-20:]), "the cell begun")
            spin, began = chance.random() * 0.003, time.monotonic()
            while time.monotonic() - began < spin:
                pass
            bridge.broadcast(fb.INTERRUPT, index)
            assert all(status in (fb.OK, fb.INTERRUPTED) for status in bridge.settled(index)), bridge.outcomes
            assert bridge.run("sum(range(100))") == [fb.OK] * 2
        bridge.add(fb.STOP)
        until_ended(bridge, simulation)
        assert simulation.text().count("sigint 0 ") == 2, simulation.text()


@scenario
def nothing_leaks() -> None:
    script("x = 0\n")
    with job(2, "--steps", "300000", "--step-us", "0") as (bridge, simulation):
        while simulation.process.poll() is None:
            index = bridge.cell("x += 1; print(x)")
            bridge.until(lambda i=index: simulation.process.poll() is not None or all((n, i) in bridge.outcomes for n in range(2)), "a cell")
            for rank in bridge.ranks.values():
                rank.send(fb.VERDICT, 0, index)
        for first, last, before, after in re.findall(r"fds (\d+) (\d+) kib (\d+) (\d+)", simulation.text()):
            assert int(last) <= int(first) + 1, simulation.text()
            assert int(after) - int(before) < 20_000, simulation.text()
        assert len(bridge.log) > 500, len(bridge.log)


@scenario
def notebook_that_does_not_read_holds_no_step() -> None:
    script(
        "import threading, allranks\nstop = False\n"
        "def flood():\n    while not stop: print('y' * 5000)\n"
        "calls = 0\n"
        "def each():\n    global calls\n    calls += 1\n    if calls % 2: raise ValueError('odd')\n"
    )
    with job(2, "--steps", "0", "--call", "each") as (bridge, _):
        bridge.run("threads = [threading.Thread(target=flood, daemon=True) for _ in range(2)]; [t.start() for t in threads]")
        bridge.reading = False
        bridge.until(lambda: all(rank.unread > 7_000_000 for rank in bridge.ranks.values()), "full rings")
        step = bridge.ranks[0].step
        bridge.until(lambda: bridge.ranks[0].step > step + 2, "steps while the ring is full")
        bridge.reading = True
        assert bridge.run("stop = True") == [fb.OK] * 2
        assert bridge.run("[t.join(20) for t in threads]; assert not any(t.is_alive() for t in threads)") == [fb.OK] * 2


# --- Beginnings and ends ------------------------------------------------------------------------------------------------


@scenario
def every_way_to_end_is_as_without_the_library() -> None:
    busy = "import threading, time\ndef work():\n    while True:\n        sum(range(1000)); print('busy')\n"
    for how, codes in (("mpi", [0]), ("finalize", [0]), ("exit", None), ("return", None), ("abort", [9])):
        script(busy + "threading.Thread(target=work, daemon=True).start()\n")
        bridge = fb.Bridge(os.path.join(folder, "s"), 2)
        simulation = host(2, "--steps", "20", "--end", how, bridge=bridge.path)
        try:
            bridge.until(lambda s=simulation: s.process.poll() is not None, f"end by {how}")
            text = simulation.text()
            assert codes is None or simulation.process.returncode in codes, (how, simulation.process.returncode, text[-2000:])
            assert "host: rank 0 steps 20 " in text and "host: rank 1 steps 20 " in text, (how, text[-2000:])
            assert "egmentation" not in text and "Fatal Python" not in text and "terminate called" not in text, (how, text[-2000:])
        finally:
            simulation.close()


@scenario
def bridge_that_hangs_does_not_delay_the_end() -> None:
    # It listens and never accepts: the queue of the socket fills up.
    path = os.path.join(folder, "s")
    listener = fb.socket.socket(fb.socket.AF_UNIX)
    listener.bind(path)
    listener.listen(0)
    simulation = host(3, "--steps", "300", bridge=path)
    try:
        assert simulation.end(30) == 0, simulation.text()
        assert simulation.text().count("steps 300 ") == 3
    finally:
        simulation.close()


@scenario
def host_that_lives_on_another_thread() -> None:
    with job(2, "--steps", "0", "--thread") as (bridge, _):
        index = bridge.cell("import time\nwhile True: time.sleep(0.01)")
        bridge.until(lambda: all(rank.state == fb.IN_CELL for rank in bridge.ranks.values()), "the cell")
        bridge.broadcast(fb.INTERRUPT, index)
        assert bridge.settled(index) == [fb.INTERRUPTED] * 2
        assert bridge.run("1") == [fb.OK] * 2


@scenario
def host_that_runs_python_itself_and_holds_its_lock() -> None:
    with job(2, "--steps", "0", "--own-python", ALLRANKS_PAUSE_AT="start", PYTHONPATH=os.pathsep.join(sys.path)) as (bridge, _):
        bridge.until(lambda: all(rank.state == fb.PAUSED for rank in bridge.ranks.values()), "the pause")
        question = {"what": "complete", "code": "impor", "cursor_pos": 5}
        bridge.ranks[0].send(fb.REQUEST, 0, 5, fb.msgpack.packb(question))
        bridge.until(lambda: any(frame[1] == fb.REPLY for frame in bridge.frames), "a completion in a pause")
        assert bridge.run("import allranks; allranks.rank") == [fb.OK] * 2
        bridge.control(fb.RESUME)


@scenario
def scripts_of_all_kinds() -> None:
    good = {
        "latin": "# -*- coding: latin-1 -*-\nname = '\xe9'\nassert len(name) == 1\n".encode("latin-1"),
        "bom": b"\xef\xbb\xbfname = 1\r\n\r\nif name:\r\n    name = 2\r\n",
        "huge": b"x = [\n" + b"1,\n" * 400_000 + b"]\n",
    }
    for name, source in good.items():
        script(source, f"{name}.py")
        simulation = host(2, "--steps", "1", "--script", name)
        assert simulation.end() == 0, (name, simulation.text()[-2000:])
    os.makedirs(os.path.join(folder, "sub"), exist_ok=True)
    script("value = 3\n", "sub/sibling.py")
    script("import sibling\nassert sibling.value == 3\n", "sub/inner.py")
    simulation = host(2, "--steps", "1", "--script", "sub/inner.py")
    assert simulation.end() == 0, simulation.text()[-2000:]
    os.makedirs(os.path.join(folder, "folder.py"), exist_ok=True)
    script(b"name = '\xff\xfe'\n", "bytes.py")
    script("def f(:\n", "syntax.py")
    for name, words in (("folder", "it is a folder"), ("bytes", "utf-8"), ("syntax", "SyntaxError"), ("not-a-name", "identifier")):
        simulation = host(2, "--steps", "1", "--script", name)
        assert simulation.end() != 0, name
        assert words in simulation.text() and simulation.text().count("refused") == 2, (name, simulation.text()[-2000:])


@scenario
def scarce_resources_switch_cells_off_and_nothing_else() -> None:
    bridge = fb.Bridge(os.path.join(folder, "s"), 2)
    simulation = host(2, "--steps", "50", "--scarce", "1", bridge=bridge.path)
    try:
        until_ended(bridge, simulation)
        assert simulation.process.returncode == 0, simulation.text()
        assert "cells are off for this run" in simulation.text() and simulation.text().count("steps 50 ") == 2, simulation.text()
    finally:
        simulation.close()


def main() -> None:
    global programs, folder, launcher
    name, programs, folder, *launcher = sys.argv[1:]
    os.chdir(folder)
    script("")
    SCENARIOS[name]()


if __name__ == "__main__":
    main()
