"""What all scenarios use: the host, the bridge made by hand, a folder of their own."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
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


def program(name: str, *arguments: str) -> fb.Host:
    return fb.Host([], os.path.join(programs, name), list(arguments), folder, None)


def place(name: str) -> str:
    return os.path.join(folder, name)


def script(source: str | bytes, name: str = "difficult_script.py") -> None:
    with open(place(name), "wb") as file:
        file.write(source.encode() if isinstance(source, str) else source)


@contextmanager
def job(n: int, *arguments: str, **env: str) -> Any:
    """A running host and its bridge; afterwards it is stopped and must have ended well with its surroundings intact."""
    bridge = fb.Bridge(place("s"), n)
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




def main() -> None:
    global programs, folder, launcher
    name, programs, folder, *launcher = sys.argv[1:]
    os.chdir(folder)
    script("")
    SCENARIOS[name]()
