"""The simulation: misuse of the library, its memory, its beginnings and ends."""

from __future__ import annotations

import os
import sys

from harness import fb, host, job, place, scenario, script, until_ended


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
            # The library is called by the cell here: what it says is text of the cell.
            return [line for line in bridge.text[0].splitlines() if "no longer valid" in line]

        bridge.until(lambda: len(told()) >= 2, "both warnings")
        warnings = told()
        assert len(warnings) == 2 and "'plain' was moved" in warnings[0] and "'back' was withdrawn" in warnings[1] and "cell 3" in warnings[0], warnings


@scenario
def every_way_to_end_is_as_without_the_library() -> None:
    busy = "import threading, time\ndef work():\n    while True:\n        sum(range(1000)); print('busy')\n"
    for how, codes in (("mpi", [0]), ("finalize", [0]), ("exit", None), ("return", None), ("abort", [9])):
        script(busy + "threading.Thread(target=work, daemon=True).start()\n")
        bridge = fb.Bridge(place("s"), 2)
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
    path = place("s")
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
    os.makedirs(place("sub"), exist_ok=True)
    script("value = 3\n", "sub/sibling.py")
    script("import sibling\nassert sibling.value == 3\n", "sub/inner.py")
    simulation = host(2, "--steps", "1", "--script", "sub/inner.py")
    assert simulation.end() == 0, simulation.text()[-2000:]
    os.makedirs(place("folder.py"), exist_ok=True)
    script(b"name = '\xff\xfe'\n", "bytes.py")
    script("def f(:\n", "syntax.py")
    for name, words in (("folder", "it is a folder"), ("bytes", "utf-8"), ("syntax", "SyntaxError"), ("not-a-name", "identifier")):
        simulation = host(2, "--steps", "1", "--script", name)
        assert simulation.end() != 0, name
        assert words in simulation.text() and simulation.text().count("refused") == 2, (name, simulation.text()[-2000:])


@scenario
def scarce_resources_switch_cells_off_and_nothing_else() -> None:
    bridge = fb.Bridge(place("s"), 2)
    simulation = host(2, "--steps", "50", "--scarce", "1", bridge=bridge.path)
    try:
        until_ended(bridge, simulation)
        assert simulation.process.returncode == 0, simulation.text()
        assert "cells are off for this run" in simulation.text() and simulation.text().count("steps 50 ") == 2, simulation.text()
    finally:
        simulation.close()
