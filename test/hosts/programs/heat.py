"""A simulation that is itself a Python program: heat on a ring of ranks, by mpi4py, with NumPy arrays of its own.

    heat.py [--steps N] [--script NAME] [--own MODE]

MODE: what the program keeps for itself around the library: "plain", or "rich" (a SIGINT and a SIGUSR1 handler, sys.stdout of
its own, an exception hook, a profiler). It prints one line at the end that says whether all of it is as it was.
"""

import argparse
import contextlib
import io
import signal
import sys

import numpy as np
from mpi4py import MPI

import allranks

options = argparse.ArgumentParser()
options.add_argument("--steps", type=int, default=0)
options.add_argument("--script", default="inline_script")
options.add_argument("--own", default="plain")
options = options.parse_args()

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size
cells = np.zeros(66)
cells[1:-1] = np.sin(2 * np.pi * (np.arange(64) + 64 * rank) / (64 * size)) + 2
mask = np.zeros((2, 3), bool)
fixed = np.asfortranarray(np.arange(12.0).reshape(3, 4))[:, ::-1]
secret = "of the program"
signals, profiled = [], 0


def on_signal(number, frame):
    signals.append(number)


def hook(*error):
    sys.__excepthook__(*error)


def profile(frame, event, argument):
    global profiled
    profiled += 1


words, output = list(sys.argv), sys.stdout
if options.own == "rich":
    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGUSR1, on_signal)
    sys.excepthook = hook
    output = sys.stdout = io.TextIOWrapper(sys.__stdout__.detach(), line_buffering=True)
    sys.setprofile(profile)

started = allranks.initialize(comm, options.script)
print(f"heat: rank {rank} started {started}", flush=True)
allranks.expose("cells", cells, writable=True)
allranks.expose("mask", mask)
allranks.expose("fixed", fixed)
if started:
    allranks.expose_comm("again", comm)
half = comm.Split(rank % 2, rank)

step = 0
while not allranks.stop_requested() and (options.steps == 0 or step < options.steps):
    allranks.step(step, 0.1 * step)
    left, right = (rank - 1) % size, (rank + 1) % size
    comm.Sendrecv(cells[1:2], left, recvbuf=cells[-1:], source=right)
    comm.Sendrecv(cells[-2:-1], right, recvbuf=cells[0:1], source=left)
    cells[1:-1] += 0.1 * (cells[2:] - 2 * cells[1:-1] + cells[:-2])
    mask[:] = step % 2
    allranks.run_function("on_step", repr(step))
    step += 1

kept = sys.argv == words and sys.stdout is output and sys.modules["__main__"].secret == secret and "get_ipython" not in vars(sys.modules["builtins"])
if options.own == "rich":
    kept = kept and signal.getsignal(signal.SIGINT) is on_signal and signal.getsignal(signal.SIGUSR1) is on_signal
    kept = kept and sys.excepthook is hook and sys.getprofile() is profile
    sys.setprofile(None)
print(f"heat: rank {rank} kept {kept} signals {signals} sum {comm.allreduce(cells[1:-1].sum()):.6f} steps {step}", flush=True)
allranks.finalize()
# The program goes on as it was: imports of extension modules, forks, streams.
import _decimal  # noqa: E402, F401

with contextlib.redirect_stdout(io.StringIO()) as text:
    print("own")
print(f"heat: rank {rank} after the end {text.getvalue().strip()} {sys.stdout is output}", flush=True)
