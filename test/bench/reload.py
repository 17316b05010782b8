"""How long a request of yt_run_ReloadScript takes from its file to the file of its result: `reload.py [RANKS] [REQUESTS] [OPTIONS]`.

With OPTIONS, the run's folder is a mount of sshfs with these options of it, and requests are made in the folder behind it, as if by another
machine; `default`: with none.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from live_job import LiveJob


@contextmanager
def folder_of(job: LiveJob, options: str) -> Iterator[Path]:
    """Where the user makes files."""
    work = job.folder / "w"
    if not options:
        yield work
        return
    behind, server = job.folder / "behind", job.folder / "server"
    behind.mkdir()
    server.write_text("#!/bin/sh\nexec /usr/lib/openssh/sftp-server\n")
    server.chmod(0o700)
    more = [] if options == "default" else ["-o", options]
    subprocess.run(["sshfs", "-o", f"ssh_command={server}", *more, f"here:{behind}", str(work)], check=True)
    try:
        yield behind
    finally:
        subprocess.run(["umount", "-l", str(work)], check=True)


def main() -> None:
    ranks, requests = int(sys.argv[1]) if len(sys.argv) > 1 else 4, int(sys.argv[2]) if len(sys.argv) > 2 else 50
    options = sys.argv[3] if len(sys.argv) > 3 else ""
    job = LiveJob(ranks, "reload", ["0", "r", "each_round"], program="libyt_entries")
    taken = []
    with folder_of(job, options) as work:
        (work / "libyt_entries_script.py").write_text("def each_round(): pass\n")
        (work / "reload.py").write_text("def each_round():\n    return 1\n")
        (work / "LIBYT_STOP").touch()
        with job:
            for _ in range(requests + 1):
                # The bridge has looked again and knows that there is none; when it looks next is chance.
                time.sleep(random.uniform(0.12, 0.22))
                began = time.perf_counter()
                (work / "LIBYT_RELOAD").touch()
                while not (work / "LIBYT_RELOAD_SUCCESS").exists() or (work / "LIBYT_RELOAD").exists():
                    time.sleep(0.001)
                taken.append((time.perf_counter() - began) * 1000)
    taken = sorted(taken[1:])
    where = f", over sshfs ({options})" if options else ""
    print(f"{ranks} ranks, {requests} requests{where}: median {statistics.median(taken):.0f} ms, 99 % {taken[int(len(taken) * 0.99)]:.0f} ms, longest {taken[-1]:.0f} ms")


main()
