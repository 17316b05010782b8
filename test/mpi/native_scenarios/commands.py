"""The command log: withdrawals, pauses, bridges that die, lie or say nothing."""

from __future__ import annotations

import random
import struct
import time

from harness import fb, job, place, program, scenario, script, until_ended


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


def _stress(name: str) -> None:
    bridge = fb.Bridge(place("s"), 1)
    stress = program(name, bridge.path)
    try:
        bridge.registered()
        for n in range(60):
            index = bridge.cell("")
            bridge.broadcast(fb.PROBE, n + 1)
            bridge.broadcast(fb.INTERRUPT, index)
            bridge.broadcast(fb.RELEASE, index, b"rank 1 left")
            bridge.broadcast(fb.STACKS, 2**40 + n)
            bridge.broadcast(fb.REQUEST, n, b"\x80")
            bridge.broadcast(fb.INPUT_REPLY, index, b"line")
            bridge.broadcast(fb.WITHDRAW, index)
            if n % 10 == 9:
                bridge.die()
                bridge.listen()
                bridge.registered()
            assert bridge.settled(index) == [fb.OK]
        bridge.add(fb.STOP)
        until_ended(bridge, stress)
        assert stress.process.returncode == 0 and "done" in stress.text(), stress.text()[-3000:]
        assert "WARNING: ThreadSanitizer" not in stress.text(), stress.text()[-6000:]
    finally:
        stress.close()


@scenario
def link_serves_many_threads_while_the_bridge_comes_and_goes() -> None:
    _stress("link_stress")


@scenario
def link_has_no_race_between_its_threads() -> None:
    _stress("link_stress_tsan")
