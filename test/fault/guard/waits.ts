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

/**
 * Calls in which the other ranks wait for rank 1. `before`: what all ranks do in the same cell before it raises; `after`: what a later
 * cell does with what was made, and its result.
 */
export interface WaitForOne {
  what: string;
  code: string;
  call: string;
  before?: string;
  after?: [code: string, result: string];
}

const blocking: [what: string, code: string, call: string][] = [
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

const persistent: WaitForOne[] = [
  {
    what: 'the Wait of a persistent receive',
    before: 'got = np.empty(1); request = comm.Recv_init(got, source=1)',
    code: 'request.Start(); request.Wait()',
    call: 'MPI_Wait from rank 1',
  },
  {
    what: 'the Wait of a persistent send',
    before: 'data = np.ones(4 << 20); request = comm.Ssend_init(data, 1)',
    code: 'request.Start(); request.Wait()',
    call: 'MPI_Wait to rank 1',
  },
  {
    what: 'the Waitall of persistent requests',
    before: 'got = np.empty(1); pair = [comm.Send_init(np.ones(1), rank), comm.Recv_init(got, source=1)]',
    code: 'MPI.Prequest.Startall(pair); MPI.Request.Waitall(pair)',
    call: 'MPI_Waitall',
  },
];

const dead = "'this window belongs to a cell that was ended in the middle of MPI calls and is dead; make it anew'";
const asks = (call: string): string => `try: ${call}\nexcept MPI.Exception as error: told = str(error)\ntold`;
/** They leave windows over, for which some MPIs abort the job in MPI_Finalize: for jobs that are not run to their end there. */
export const windows: WaitForOne[] = [
  { what: 'the making of a window', code: 'MPI.Win.Allocate(8, comm=comm)', call: 'MPI_Win_allocate' },
  {
    what: 'a Fence',
    before: 'window = MPI.Win.Allocate(8, comm=comm); window.Fence()',
    code: 'window.Put(np.ones(1), 1); window.Fence()',
    call: 'MPI_Win_fence',
    after: [asks('window.Fence()'), dead],
  },
  {
    what: 'the Free of a window',
    before: 'window = MPI.Win.Allocate(8, comm=comm)',
    code: 'window.Free()',
    call: 'MPI_Win_free',
    after: [asks('window.Free()'), dead],
  },
];

const OPEN = "file = MPI.File.Open(comm, 'together', MPI.MODE_CREATE | MPI.MODE_RDWR)";
const together: [code: string, result: string] = [
  'file.Write_at_all(8 * rank, np.full(1, rank + 1.0)); got = np.empty(size); file.Read_at_all(0, got); file.Close(); bool((got == np.arange(size) + 1).all())',
  'True',
];
const files: WaitForOne[] = [
  { what: 'the opening of a file', code: OPEN, call: 'MPI_File_open' },
  { what: 'Write_all', before: OPEN, code: 'file.Write_all(np.ones(1))', call: 'MPI_File_write_all', after: together },
  { what: 'Write_at_all', before: OPEN, code: 'file.Write_at_all(8 * rank, np.ones(1))', call: 'MPI_File_write_at_all', after: together },
  { what: 'Read_all', before: OPEN, code: 'file.Read_all(np.empty(1))', call: 'MPI_File_read_all', after: together },
  { what: 'Set_view', before: OPEN, code: 'file.Set_view(0, MPI.DOUBLE)', call: 'MPI_File_set_view', after: together },
  { what: 'the closing of a file', before: OPEN, code: 'file.Close()', call: 'MPI_File_close', after: together },
];

export const waits: WaitForOne[] = [...blocking.map(([what, code, call]) => ({ what, code, call })), ...persistent, ...files];

/** Rank 1 raises while the others are in `code`, on line 5 of the cell: they come back and say who left and where they were. */
export async function raiseAndWait(notebook: Notebook, { before = '', code, call, after }: WaitForOne): Promise<void> {
  const cell = await notebook.run(`${before}\nif rank == 1:\n    raise ValueError('on purpose')\n\n${code}`);
  expect(cell.content).toMatchObject({ status: 'error', ename: 'ValueError', evalue: 'on purpose' });
  const told = traceback(cell);
  expect(told).toMatch(/RankDeparted: rank 1 left this cell with ValueError; ranks? [\d, and-]+ w(as|ere) in MPI_\w+.*, cell line 5/);
  expect(told).toMatch(new RegExp(`RankDeparted: .* in ${call}.*, cell line 5`));
  if (after) expect((await notebook.ok(after[0])).result).toBe(after[1]);
}
