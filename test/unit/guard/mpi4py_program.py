"""Cells that use the real mpi4py, one rank of which leaves by an exception. Arguments: host library, rounds."""

from __future__ import annotations

import ctypes
import statistics
import sys

host = ctypes.CDLL(sys.argv[1], mode=ctypes.RTLD_GLOBAL)
host.host_comm.restype = ctypes.c_uint64
host.host_modules.restype = ctypes.c_char_p
host.host_counters.restype = ctypes.c_char_p
host.host_since_departure_ms.restype = ctypes.c_double
host.host_begin.argtypes = [ctypes.c_uint64]
host.host_start()

import mpi4py  # noqa: E402

mpi4py.rc.initialize = False
mpi4py.rc.finalize = False
mpi4py.rc.errors = "default"
from mpi4py import MPI  # noqa: E402

SENTENCE = "RankDeparted: rank 1 left this cell with ValueError"
ABSENT = 1

comm = MPI.Comm.fromhandle(host.host_comm())
rank, size = comm.Get_rank(), comm.Get_size()
left, right = (rank - 1) % size, (rank + 1) % size
cell = 0


def begin() -> None:
    global cell
    cell += 1
    host.host_begin(cell)


def end(failed: bool = False, everything: bool = False) -> None:
    host.host_end(int(failed))
    wrong = host.host_between(int(everything))
    assert wrong == 0, f"after cell {cell}: {wrong}"


begin()
assert b"mpi4py/MPI" in host.host_modules(), "mpi4py's slots are not replaced"
path = MPI.__spec__.origin.encode()
for symbol in ("MPI_Recv", "MPI_Mprobe", "MPI_Wait", "MPI_Comm_split", "MPI_Abort"):
    assert host.host_guards(path, symbol.encode()), symbol
halves = comm.Split(rank % 2, rank)
turned = comm.Split(0, -rank)
copy = MPI.COMM_WORLD.Dup()
end()


def check_all() -> None:
    """Everything that pickles or derives, with its result checked."""
    for one in (comm, MPI.COMM_WORLD, copy):
        assert one.allreduce(rank + 1) == size * (size + 1) // 2
        assert one.bcast({"from": rank}, root=size - 1) == {"from": size - 1}
        assert one.sendrecv(("hello", rank), dest=right, source=left) == ("hello", left)
        assert one.allgather(rank) == list(range(size))
        assert one.alltoall([(rank, i) for i in range(size)]) == [(i, rank) for i in range(size)]
        assert one.scan(1) == rank + 1
        assert one.reduce([rank], op=lambda a, b: a + b, root=0) == (list(range(size)) if rank == 0 else None)
    assert turned.Get_rank() == size - 1 - rank
    assert turned.allreduce(1) == size
    assert halves.allreduce(1) == (size + (rank % 2 == 0)) // 2
    request = comm.isend({"big": b"x" * 100_000, "rank": rank}, dest=right, tag=3)
    got = comm.recv(source=left, tag=3)
    request.wait()
    assert got["rank"] == left and len(got["big"]) == 100_000
    pending = comm.irecv(source=left, tag=4)
    comm.send(rank, dest=right, tag=4)
    assert pending.wait() == left
    data = bytearray(8)
    sender = comm.Isend(b"12345678", dest=right, tag=5)
    comm.Recv(data, source=left, tag=5)
    sender.Wait()
    assert bytes(data) == b"12345678"
    # Simulation code called from a cell communicates on its own communicator.
    assert host.host_callback() == size * (size - 1) // 2
    part = comm.Create(comm.Get_group())
    assert part.allreduce(2) == 2 * size
    assert MPI.Comm.Compare(part, comm) == MPI.CONGRUENT
    part.Free()


WAITS = {
    "recv": lambda: comm.recv(source=ABSENT),
    "bcast": lambda: comm.bcast(None, root=ABSENT),
    "allreduce": lambda: comm.allreduce(1),
    "sendrecv": lambda: comm.sendrecv("x", dest=ABSENT, source=ABSENT),
    "barrier": lambda: comm.Barrier(),
    "gather": lambda: (comm.gather(rank), comm.barrier()),
    "alltoall": lambda: comm.alltoall([0] * size),
    "world": lambda: MPI.COMM_WORLD.allreduce(1),
    "derived": lambda: turned.allreduce(1),
    "split": lambda: comm.Split(0, 0),
    "dup": lambda: copy.Dup(),
    "irecv": lambda: comm.irecv(source=ABSENT).wait(),
    "probe": lambda: comm.probe(source=ABSENT),
    "Allreduce": lambda: comm.Allreduce(bytearray(80000), bytearray(80000)),
    "window": lambda: MPI.Win.Create(bytearray(100), comm=comm),
}

begin()
check_all()
for refused in (lambda: comm.Abort(3), MPI.Finalize, comm.Free, MPI.COMM_WORLD.Disconnect):
    try:
        refused()
    except MPI.Exception as error:
        assert "inside a cell" in str(error), error
    else:
        raise AssertionError("a call that ends the job was not refused")
end()

latencies = []
names = list(WAITS)
for number in range(int(sys.argv[2])):
    name = names[number % len(names)]
    begin()
    try:
        if rank == ABSENT:
            host.host_depart()
            raise ValueError(name)
        WAITS[name]()
        raise AssertionError(f"{name} came back without rank {ABSENT}")
    except ValueError:
        pass
    except MPI.Exception as error:
        latencies.append(host.host_since_departure_ms())
        assert str(error).endswith(SENTENCE), (name, str(error))
        try:
            comm.allreduce(1)
        except MPI.Exception as again:
            assert str(again).endswith(SENTENCE)
        else:
            raise AssertionError("a later call of the cell did not fail")
    end(failed=rank == ABSENT, everything=True)
    begin()
    check_all()
    end()

# Communicators made outside of cells are ready for the next cell.
outside = comm.Dup()
host.host_between(0)
begin()
assert outside.allreduce(1) == size
end()

if rank == 0 and latencies:
    print(
        f"{sys.argv[2]} rounds, {size} ranks, mpi4py {mpi4py.__version__}: released after "
        f"p50 {statistics.median(latencies):.2f} ms, longest {max(latencies):.2f} ms; {host.host_counters().decode()}"
    )
host.host_stop()
