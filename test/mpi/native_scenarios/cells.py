"""What cells do to the process that they run in."""

from __future__ import annotations

import itertools
import os
import random
import re
import time
from pathlib import Path

from harness import fb, job, place, scenario, script, until_ended


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
            "import signal\nsignal.signal(signal.SIGALRM, lambda *_: None)\nsignal.setitimer(signal.ITIMER_REAL, 0.02)\nsignal.alarm and go.set()"
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
        assert all("side False" in text and "side True" in text and "20000000" in text for text in bridge.text.values()), bridge.text
        # A child that stays must not look like the rank: the bridge has to notice when the rank itself is gone.
        stay = "import time, signal\npid = os.fork()\nif pid == 0:\n    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]); time.sleep(60); os._exit(0)"
        assert bridge.run(stay) == [fb.OK] * 2
        assert bridge.run("links = [os.readlink(f'/proc/{pid}/fd/{n}') for n in os.listdir(f'/proc/{pid}/fd')]\nmine = os.readlink\nprint(len(links))") == [fb.OK] * 2
        assert bridge.run("os.kill(pid, 9); os.waitpid(pid, 0)") == [fb.OK] * 2
        assert "side True" not in simulation.text()


@scenario
def late_interrupts_hit_nobody_else() -> None:
    chance = random.Random(11)
    script("import time\n")
    cells = int(os.environ.get("ALLRANKS_TEST_INTERRUPTS", "400"))
    with job(2, "--steps", "0", "--step-us", "50", "--handlers") as (bridge, simulation):
        for n in range(cells):
            index = bridge.cell(f"time.sleep({chance.random() * 0.002})")
            if n % 2:
                bridge.until(lambda i=index: any(rank.current == i or (rank.number, i) in bridge.outcomes for rank in bridge.ranks.values()), "the cell begun")
            spin, began = chance.random() * 0.003, time.monotonic()
            while time.monotonic() - began < spin:
                pass
            bridge.broadcast(fb.INTERRUPT, index)
            assert all(status in (fb.OK, fb.INTERRUPTED) for status in bridge.settled(index)), bridge.outcomes
            assert bridge.run("sum(range(100))") == [fb.OK] * 2
        bridge.add(fb.STOP)
        until_ended(bridge, simulation)
        assert simulation.text().count("sigint 0 ") == 2, simulation.text()


def _held(pid: int) -> tuple[int, int]:
    """Open descriptors and resident memory of a process, KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return len(os.listdir(f"/proc/{pid}/fd")), int(re.search(r"VmRSS:\s+(\d+)", status)[1])  # type: ignore[index]


@scenario
def nothing_leaks() -> None:
    script("x = 0\n")
    with job(2, "--steps", "0", "--step-us", "0") as (bridge, _):
        pids = [rank.pid for rank in bridge.ranks.values()]
        before: list[tuple[int, int]] = []
        for number in range(3000):
            if number == 300:
                before = [_held(pid) for pid in pids]
            assert bridge.run("x += 1; print(x)") == [fb.OK] * 2
        step = bridge.ranks[0].step
        bridge.until(lambda: bridge.ranks[0].step > step + 100_000, "steps without a cell")
        after = [_held(pid) for pid in pids]
        assert all(last[0] <= first[0] + 1 and last[1] - first[1] < 20_000 for first, last in zip(before, after)), (before, after)


@scenario
def text_leaves_while_native_code_keeps_pythons_lock() -> None:
    os.mkfifo(place("gate"))
    with job(2) as (bridge, _):
        wait = f"gate = os.open({place('gate')!r}, os.O_RDWR)\nctypes.PyDLL(None).read(gate, ctypes.create_string_buffer(1), 1)"
        index = bridge.cell(f"import ctypes, os\nprint('starting', end='')\n{wait}\nprint(' done')")
        bridge.until(lambda: all(bridge.text.get(number) == "starting" for number in range(2)), "the text before the call")
        with open(place("gate"), "wb") as gate:
            gate.write(b"..")
        assert bridge.settled(index) == [fb.OK] * 2
        assert set(bridge.text.values()) == {"starting done\n"}


@scenario
def printed_lines_arrive_whole_and_in_order() -> None:
    with job(2) as (bridge, _):
        assert bridge.run("for i in range(50_000): print(i, 'x')") == [fb.OK] * 2
        assert set(bridge.text.values()) == {"".join(f"{i} x\n" for i in range(50_000))}
        assert sum(frame[1] == fb.STDOUT for frame in bridge.frames) < 1000
        bridge.text.clear()
        bridge.frames.clear()
        assert bridge.run("import sys\nfor i in range(3): print(i); print(i, file=sys.stderr); print('\\ud800ü')") == [fb.OK] * 2
        mine = [frame[4].decode() for frame in bridge.frames if frame[0] == 0 and frame[1] in (fb.STDOUT, fb.STDERR)]
        assert "".join(mine) == "".join(f"{i}\n{i}\n?ü\n" for i in range(3)), mine
        kinds = [kind for kind, _ in itertools.groupby(f[1] for f in bridge.frames if f[0] == 0 and f[1] in (fb.STDOUT, fb.STDERR))]
        assert kinds == [fb.STDOUT, fb.STDERR] * 3 + [fb.STDOUT], kinds


@scenario
def signal_handler_that_prints_into_a_full_ring_loses_nothing() -> None:
    with job(2, "--steps", "0", ALLRANKS_PAUSE_AT="start") as (bridge, _):
        bridge.until(lambda: all(rank.state == fb.PAUSED for rank in bridge.ranks.values()), "the pause")
        bridge.reading = False
        index = bridge.cell(
            "import signal\nrung = 0\ndef ring(*_):\n    global rung\n    rung += 1; print('rang')\n"
            "signal.signal(signal.SIGALRM, ring); signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)\n"
            "for i in range(1000): print(f'{i:06}' + 'x' * 9000)\n"
            "signal.setitimer(signal.ITIMER_REAL, 0)"
        )
        bridge.until(lambda: all(rank.unread > 8_000_000 for rank in bridge.ranks.values()), "full rings")
        bridge.reading = True
        assert bridge.settled(index) == [fb.OK] * 2
        for text in bridge.text.values():
            assert re.findall(r"(\d{6})x{9000}", text) == [f"{i:06}" for i in range(1000)]
        said = dict(bridge.text)
        assert bridge.run("print('rung', rung)") == [fb.OK] * 2
        for number, text in bridge.text.items():
            assert text[len(said[number]) :] == f"rung {said[number].count('rang')}\n", text[-200:]
        bridge.control(fb.RESUME)


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
        # The last words of a cell come before its outcome, although other threads wait with text.
        assert bridge.run("stop = True; print('marker')") == [fb.OK] * 2
        assert all("marker" in text for text in bridge.text.values())
        assert bridge.run("[t.join(20) for t in threads]; assert not any(t.is_alive() for t in threads)") == [fb.OK] * 2


@scenario
def text_of_cells_is_looked_at_in_c_as_in_python() -> None:
    corpus = Path(__file__).resolve().parents[2] / "unit" / "python"
    compare = (
        f"import sys\nsys.path.insert(0, {str(corpus)!r})\nimport plain_corpus, _allranks\nfrom allranks._plain import look_at\n"
        "texts = [c if isinstance(c, str) else c[0] for _, cells in plain_corpus.SESSIONS for c in cells]\n"
        "texts = [t + '\\n' for t in texts if t] + [f'{a}x{b}\\n' for a in map(chr, range(1, 128)) for b in ('', ' ', '\\t\\n', '.*', '>>>')]\n"
        "seen = [(t, _allranks.first_word(t), look_at(t)) for t in texts]\n"
        "wrong = [one for one in seen if one[1] is not NotImplemented and one[1] != one[2]]\n"
        "print(len(seen), [one for one in seen if one[1] is NotImplemented and one[0].isascii()], wrong)\nassert not wrong and len(seen) > 900"
    )
    with job(1) as (bridge, _):
        assert bridge.run(compare) == [fb.OK], bridge.text
        assert "[] []" in bridge.text[0]
