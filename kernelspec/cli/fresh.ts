/** What live runs are doing at this moment: job files lag by seconds, the bridges of this machine know. */
import { hostname } from 'node:os';
import { Connection } from '../../bridge/client/connection';
import type { JobRecord } from '../../bridge/protocol/job-record';

/** A bridge answers in milliseconds; a stopped one must not hold the table up. */
const ANSWER_MS = 1000;

/**
 * Returns `records` with state, ranks, step and time as their bridges tell them. Runs of other machines, and those whose
 * bridge does not answer within a second, keep what their job file says. Never rejects. Connections to bridges that do not
 * answer stay open for a few seconds more: a command that is done with them has to end its process.
 */
export function freshRecords(records: readonly JobRecord[], limitMs: number = ANSWER_MS): Promise<JobRecord[]> {
  return Promise.all(records.map((record) => (record.host === hostname() ? fresh(record, limitMs) : Promise.resolve(record))));
}

function fresh(record: JobRecord, limitMs: number): Promise<JobRecord> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(record), limitMs);
    Connection.open(record.cellsSocket, 'allranks list', true, { message: () => undefined, closed: () => undefined }).then(
      (connection) => {
        clearTimeout(timer);
        const { state, size, step, time, reason } = connection.job;
        resolve({ ...record, state, size, step, time, heartbeat: Date.now(), ...(reason === undefined ? {} : { reason }) });
        void connection.end();
      },
      () => {
        // No bridge at the moment: the supervisor starts it again, and the job file is the last that is known.
        clearTimeout(timer);
        resolve(record);
      },
    );
  });
}
