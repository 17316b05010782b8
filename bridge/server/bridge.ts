/**
 * One bridge process: wires a job to its sockets and files, and knows when to go. Everything of the outside world can be
 * given in `BridgeOptions`, so that tests run it in their own process.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { loadAddon, type Addon, type ListenerCallbacks, type RankListener } from '../../native/addon/addon';
import { SOCKET_PATH_BYTES } from '../protocol/generated';
import { jobsFolder, jupyterDataFolder, processExists, type JobRecord } from '../protocol/job-record';
import type { ClientMessage } from '../protocol/messages';
import { CarryOver, takeUp } from './carry-over';
import { ClientHub, type ClientConnection } from './clients';
import { requestOf } from './execution';
import { lockInstance } from './instance-lock';
import { DEFAULT_TIMES, Job, type JobTimes } from './job';
import { claimName, JobFile, safeName } from './job-file';
import { Journal } from './journal';
import { removeKernelspec, writeKernelspec } from './kernelspec-file';
import { restoreFromJournal } from './restore';
import { RuntimeFiles } from './runtime-files';
import { TextFiles } from './text-files';

export interface BridgeOptions {
  id: string;
  name: string;
  runtimeDir: string;
  /** Job folder, for the journal. */
  dir: string;
  host?: string;
  program?: string;
  supervisorPid?: number;
  /** Command of the kernel for the kernelspec; without it none is written. */
  kernelArgv?: readonly string[];
  onDetach?: 'resume' | 'hold';
  /** Longest pause, seconds; 0: no limit; default 3600. */
  maxPauseS?: number;
  /** Size limit of the journal, bytes; default 1 GiB. */
  journalBytes?: number;
  addon?: Addon;
  times?: Partial<JobTimes>;
  jobsFolder?: string;
  jupyterFolder?: string;
  /** How long a client may not read, milliseconds. */
  slowClientMs?: number;
  /** How long nobody may have registered before it is said, milliseconds; default 20 s. */
  registerMs?: number;
  /** Without supervisor and ranks the bridge goes after this, milliseconds; default 10 minutes. */
  orphanMs?: number;
  warn?: (sentence: string) => void;
  log?: (sentence: string) => void;
}

export interface Bridge {
  readonly job: Job;
  readonly name: string;
  readonly cellsSocket: string;
  /** Resolves when the bridge has closed, for whatever reason. */
  readonly closed: Promise<void>;
  /** Closes sockets, removes files. The job is not told anything, unless its end is known already. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a bridge: takes the lock, reads the journal, listens for ranks and clients.
 * Rejects with an Error of one sentence when another bridge serves the job or the sockets cannot be made.
 */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  const log = options.log ?? (() => undefined);
  const warn = (sentence: string): void => {
    log(sentence);
    options.warn?.(sentence);
  };
  const host = options.host ?? hostname();
  mkdirSync(options.runtimeDir, { recursive: true, mode: 0o700 });
  const ranksSocket = join(options.runtimeDir, 'ranks.sock');
  const cellsSocket = join(options.runtimeDir, 'cells.sock');
  if (Buffer.byteLength(cellsSocket) > SOCKET_PATH_BYTES) {
    throw new Error(`the socket path ${cellsSocket} is longer than ${SOCKET_PATH_BYTES} bytes: set XDG_RUNTIME_DIR to a shorter folder`);
  }
  const addon = options.addon ?? loadAddon();
  const pidFile = join(options.runtimeDir, 'bridge.pid');
  const unlock = await lockInstance(pidFile, cellsSocket);

  const supervisorPid = options.supervisorPid ?? 0;
  const jobs = options.jobsFolder ?? jobsFolder();
  const jupyter = options.jupyterFolder ?? jupyterDataFolder();
  const carriedPath = join(options.runtimeDir, 'carry-over');
  const carried = takeUp(carriedPath, options.dir, log);
  const restored = restoreFromJournal(options.dir, options.id, warn);
  const journal = new Journal(options.dir, warn, options.journalBytes, undefined, (on) => job?.hold('journal', on));
  const texts = new TextFiles(options.dir, warn, (on) => job?.hold('texts', on));
  const carry = new CarryOver(carriedPath, () => [...journal.files(), ...texts.files()], carried, log);
  let name = safeName(options.name);
  const record = (): JobRecord => {
    const now = job?.status();
    return {
      name,
      id: options.id,
      host,
      supervisorPid,
      bridgePid: process.pid,
      ranksSocket,
      cellsSocket,
      dir: options.dir,
      program: options.program ?? '',
      size: now?.size ?? 0,
      state: now?.state ?? 'starting',
      step: now?.step ?? 0,
      time: now?.time ?? 0,
      startedAt: restored.startedAt,
      heartbeat: Date.now(),
      ...(now?.reason ? { reason: now.reason } : {}),
    };
  };
  let job: Job | null = null;
  let claimed = true;
  try {
    const asked = name;
    name = claimName(record(), jobs);
    if (name !== asked) warn(`a live run is named ${asked} already: this one is ${name}`);
  } catch (error) {
    claimed = false;
    warn(`the folder of job files ${jobs} cannot be written (${error instanceof Error ? error.message : String(error)}): kernels will not find this job`);
  }
  const jobFile = new JobFile(join(jobs, `${name}.json`), record, warn, claimed);
  const specSize = { written: 0 };
  const updateKernelspec = (size: number): void => {
    if (!options.kernelArgv || size === 0 || specSize.written === size) return;
    specSize.written = size;
    try {
      writeKernelspec({ name, id: options.id, size, debugger: job?.debug.unavailable === '', argv: options.kernelArgv, bridgePid: process.pid, folder: jupyter });
    } catch (error) {
      warn(`the kernelspec of this job cannot be written (${error instanceof Error ? error.message : String(error)}): attach with the kernel "allranks" instead`);
    }
  };

  let close: () => Promise<void> = () => Promise.resolve();
  let hub: ClientHub | null = null;
  const made = new Job(
    { id: options.id, name, host, dir: options.dir, program: options.program ?? '', onDetach: options.onDetach ?? 'resume', maxPauseS: options.maxPauseS ?? 3600, runtimeDir: options.runtimeDir, ...(options.kernelArgv ? { kernelArgv: options.kernelArgv.map((word) => word.replaceAll('{job}', options.id)) } : {}), ...(supervisorPid > 0 ? { ownerPid: supervisorPid } : {}) },
    {
      journal,
      texts,
      carry,
      times: { ...DEFAULT_TIMES, ...options.times },
      monotonicNs: () => addon.monotonicNs(),
      isDeadlock: (first, second) => addon.isDeadlock(first, second),
      isPlain: (bytes) => addon.isPlain(bytes),
      refresh: (fd) => addon.refresh(fd),
      broadcast: (message, except) => hub?.broadcast(message, except),
      warn: (sentence) => {
        journal.add('warning', 0, { text: sentence });
        warn(sentence);
      },
      ended: () => void close(),
      changed: () => updateKernelspec(job?.roster.complete ? job.roster.size : 0),
    },
    restored,
  );
  job = made;
  const onMessage = (connection: ClientConnection, message: ClientMessage): void => {
    switch (message.t) {
      case 'execute':
        return made.cells.execute(connection, requestOf(message), message.seen, message.after);
      case 'session':
        return made.cells.missed.session(connection, message.id);
      case 'interrupt':
        return made.cells.interrupt(message.id);
      case 'input':
        return made.cells.input(message.id, message.value, message.error);
      case 'comm':
        return made.comm(connection, message.id, message.message, message.origin);
      case 'request':
        return made.ask(message.what, message.args, (result) => connection.send({ t: 'reply', n: message.n, result }));
      case 'debug':
        return made.askDebugger(connection, message.what, message.args, (result, refused) =>
          connection.send({ t: 'reply', n: message.n, result, ...(refused === undefined ? {} : { error: { code: 'refused', message: refused } }) }),
        );
      case 'detach':
        return connection.end();
      case 'programEnded':
        return made.programEnded(message.code, message.signal);
      case 'hello':
        return;
    }
  };
  // A socket file that a killed bridge left: the lock says that nobody is behind it.
  rmSync(cellsSocket, { force: true });
  hub = await ClientHub.listen(
    cellsSocket,
    {
      status: () => made.status(),
      attached: (connection) => made.clientAttached(connection),
      message: onMessage,
      gone: (connection) => made.clientGone(connection),
      pressure: (on) => made.hold('clients', on),
      leaving: () => carry.commit(),
      log,
    },
    options.slowClientMs,
  );
  const clients = hub;
  let turnedAway = 0;
  const listen = (): RankListener => addon.listen(ranksSocket, rankCallbacks);
  const rankCallbacks: ListenerCallbacks = {
    rank: (link) => made.rank(link),
    messages: (link, messages, position) => made.messages(link, messages, position),
    gone: (link, reason) => {
      made.gone(link, reason);
      // It may want to come back.
      void files.look();
    },
    probed: (link) => made.watch.probed(link),
    refused: (reason) => {
      turnedAway += 1;
      // Counted always, told a few times: a broken peer must not fill the log.
      if (turnedAway <= 10) log(`a connection to ${ranksSocket} was turned away: ${reason}`);
    },
  };
  let listener = listen();
  const files = new RuntimeFiles(options.runtimeDir, warn, {
    [ranksSocket]: () => {
      listener.close();
      listener = listen();
    },
    [cellsSocket]: () => clients.listen(),
    [pidFile]: () => lockInstance(pidFile, cellsSocket).then(() => undefined),
  });
  jobFile.update();

  const heartbeat = setInterval(() => {
    jobFile.update();
    void files.look();
    carry.check();
  }, 5000);
  const registerTimer = setTimeout(() => {
    if (made.roster.size === 0) {
      warn('no rank has registered for 20 s: is the program linked with allranks, and does its launcher pass the environment variable ALLRANKS_BRIDGE to the ranks?');
    }
  }, options.registerMs ?? 20_000);
  let alone = 0;
  const orphanMs = options.orphanMs ?? 600_000;
  const orphan = setInterval(() => {
    const needed = made.roster.registered > 0 || processExists(supervisorPid) || clients.workers().length > 0;
    alone = needed ? 0 : alone + 1;
    if (alone >= 10) void close();
  }, orphanMs / 10);

  let told: () => void;
  const closed = new Promise<void>((resolve) => (told = resolve));
  let closing: Promise<void> | null = null;
  close = () => {
    // Asked to go while news of the other ranks was waited for: the job is over all the same, and its notebooks are to know.
    made.endNow();
    return (closing ??= (async () => {
      clearInterval(heartbeat);
      files.close();
      clearInterval(orphan);
      clearTimeout(registerTimer);
      made.close();
      listener.close();
      const kernels = made.entry.close();
      await clients.close(made.reason);
      await kernels;
      for (const rank of made.roster.present()) rank.link.close();
      await texts.close();
      await journal.close();
      carry.close();
      jobFile.remove();
      try {
        removeKernelspec(name, options.id, jupyter);
        rmSync(ranksSocket, { force: true });
        rmSync(cellsSocket, { force: true });
        unlock();
      } catch (error) {
        warn(`files of the job could not be removed: ${error instanceof Error ? error.message : String(error)}`);
      }
      told();
    })());
  };
  return { job: made, name, cellsSocket, closed, close };
}
