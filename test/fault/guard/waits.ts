/** Calls of MPI in which ranks wait for one that has left the cell; the same on every MPI and in every simulation. */
import { traceback, type Notebook } from '../../support/notebook';

/** Names that the cells use. */
export const prelude = `
import allranks
import numpy as np
from mpi4py import MPI
comm, rank, size = allranks.comm, allranks.rank, allranks.size
derived = comm.Split(0, rank)
`;

/** Calls in which the other ranks wait for rank 1. */
export const waits: [what: string, code: string, call: string][] = [
  ['Barrier', 'comm.Barrier()', 'MPI_Barrier'],
  ['Allreduce', 'comm.Allreduce(np.ones(1), np.empty(1))', 'MPI_Allreduce'],
  ['Bcast', 'comm.Bcast(np.ones(1), root=1)', 'MPI_Bcast'],
  ['Gather', 'comm.Gather(np.ones(1), np.empty(size) if rank == 0 else None, root=0); comm.Barrier()', 'MPI_Gather'],
  ['Alltoall', 'comm.Alltoall(np.ones(size), np.empty(size))', 'MPI_Alltoall'],
  ['Recv', 'comm.Recv(np.empty(1), source=1)', 'MPI_Recv from rank 1'],
  ['Probe', 'comm.Probe(source=1)', 'MPI_Probe from rank 1'],
  ['Wait', 'comm.Irecv(np.empty(1), source=1).Wait()', 'MPI_Wait from rank 1'],
  ['Sendrecv', 'comm.Sendrecv(np.ones(1), 1, 0, np.empty(1), 1, 0)', 'MPI_Sendrecv from rank 1'],
  ['recv of an object', 'comm.recv(source=1)', 'MPI_Mprobe from rank 1'],
  ['bcast of an object', 'comm.bcast({}, root=1)', 'MPI_Bcast'],
  ['allreduce of an object', 'comm.allreduce([rank])', 'MPI_'],
  ['sendrecv of objects', 'comm.sendrecv({}, 1, source=1)', 'MPI_'],
  ['a call on a derived communicator', 'derived.Allreduce(np.ones(1), np.empty(1))', 'MPI_Allreduce'],
  ['a call on MPI.COMM_WORLD', 'MPI.COMM_WORLD.Barrier()', 'MPI_Barrier'],
  ['Split', 'comm.Split(0, rank)', 'MPI_Comm_split'],
];

/** Rank 1 raises while the others are in `code`, on line 5 of the cell: they come back and say who left and where they were. */
export async function raiseAndWait(notebook: Notebook, code: string, call: string): Promise<void> {
  const cell = await notebook.run(`if rank == 1:\n    raise ValueError('on purpose')\n\n\n${code}`);
  expect(cell.content).toMatchObject({ status: 'error', ename: 'ValueError', evalue: 'on purpose' });
  const told = traceback(cell);
  expect(told).toMatch(/RankDeparted: rank 1 left this cell with ValueError; ranks? [\d, and-]+ w(as|ere) in MPI_\w+.*, cell line 5/);
  expect(told).toMatch(new RegExp(`RankDeparted: .* in ${call}.*, cell line 5`));
}
