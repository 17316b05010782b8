"""A live job for Python suites and the benchmark: `allranks run` in private folders.

Everything is taken from the environment that the test runner sets, else from the checkout: see `test/support/places.ts`,
which has the same rules.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = "ALLRANKS_TEST_MARK"
START_S = 30.0


class LiveJob:
    """Starts `program`, by default `step_loop`, on `ranks` ranks; a context manager that leaves nothing behind.

    `arguments`: of the program. `options`: of `allranks run`. `adopt`: this process sees the job's kernelspec as long as the
    context lasts (its environment is changed). `wait`: enter only when the kernelspec stands.
    """

    def __init__(
        self,
        ranks: int,
        name: str,
        arguments: Sequence[str] = ("--steps", "0", "--step-us", "1000"),
        options: Sequence[str] = (),
        adopt: bool = True,
        wait: bool = True,
        program: str = "step_loop",
    ) -> None:
        self.program = program
        self.arguments, self.options, self.adopt, self.wait = list(arguments), list(options), adopt, wait
        self.ranks = ranks
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix="ar-"))
        self.mark = uuid.uuid4().hex
        for part in ("r", "t", "w", "home", "ipython", "jupyter/kernels", "data"):
            (self.folder / part).mkdir(parents=True)
        (self.folder / "r").chmod(0o700)
        self.private = {
            "HOME": str(self.folder / "home"),
            "XDG_RUNTIME_DIR": str(self.folder / "r"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "JUPYTER_DATA_DIR": str(self.folder / "jupyter"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "jr"),
            "JUPYTER_CONFIG_DIR": str(self.folder / "jc"),
            "IPYTHONDIR": str(self.folder / "ipython"),
            MARK: self.mark,
        }
        self._before: dict[str, str | None] = {}
        self.process: subprocess.Popen | None = None

    @property
    def environment(self) -> dict[str, str]:
        """For processes that are to see the job. Without the environment of Python that this process runs in."""
        return {name: value for name, value in {**os.environ, **self.private}.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}

    @property
    def output(self) -> str:
        """What program and supervisor have printed."""
        return (self.folder / "log").read_text(errors="replace")

    @property
    def kernel_argv(self) -> list[str]:
        spec = self.folder / "jupyter" / "kernels" / self.kernel_name / "kernel.json"
        return json.loads(spec.read_text())["argv"]

    @property
    def kernel_name(self) -> str:
        return f"allranks-{self.name}"

    def __enter__(self) -> LiveJob:
        self._before = {name: os.environ.get(name) for name in self.private}
        if self.adopt:
            os.environ.update(self.private)
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self.process is not None:
            self.process.wait(timeout=10)
        for name, value in self._before.items() if self.adopt else ():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> None:
        venv = Path(os.environ.get("ALLRANKS_TEST_VENV", ROOT / ".venv"))
        mpiexec = os.environ.get("ALLRANKS_TEST_MPIEXEC", str(venv / "bin" / "mpiexec"))
        programs = Path(os.environ.get("ALLRANKS_TEST_PROGRAMS", ROOT / "build" / "bin"))
        as_root = ["--allow-run-as-root"] if os.getuid() == 0 else []
        launcher = [mpiexec, *as_root, "--oversubscribe", "-n", str(self.ranks)]
        program = [str(programs / self.program), *self.arguments]
        run = [str(ROOT / "kernelspec" / "bin" / "allranks"), "run", "--name", self.name, "--dir", str(self.folder / "job"), *self.options, "--"]
        log = self.folder / "log"
        # Open MPI's launcher will not start where one that was killed under the same process id has left its session folder.
        environment = {**self.environment, "TMPDIR": str(self.folder / "t")}
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [*run, *launcher, *program], cwd=self.folder / "w", env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        spec = self.folder / "jupyter" / "kernels" / self.kernel_name / "kernel.json"
        deadline = time.monotonic() + START_S
        while self.wait and not spec.exists():
            try:
                code = self.process.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                if time.monotonic() < deadline:
                    continue
                code = None
            raise RuntimeError(f"no kernelspec {self.kernel_name}; exit code {code}\n{log.read_text(errors='replace')}")

    def processes(self) -> list[int]:
        """Process ids of everything that was started for this job and lives."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue  # gone meanwhile, or somebody else's
            if self.mark.encode() in environment:
                found.append(int(entry.name))
        return found
