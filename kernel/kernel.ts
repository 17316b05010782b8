/**
 * The kernel: reads requests, brackets each with busy and idle, passes it to its handler. Two orders: requests that run
 * code are handled one after the other; all others at once, also while a cell runs. Control has an order of its own, but for questions, and
 * so have requests of the debugger.
 */
import { IopubChannel, type IopubLimits } from './channels/iopub';
import type { Connection } from './channels/connection-file';
import { RouterChannel } from './channels/router';
import type { Sockets } from './channels/sockets';
import { StdinChannel } from './channels/stdin';
import { Pacer } from './channels/pacer';
import { CellOutputs, streamPolicy } from './cell-output';
import { DebugState } from './debugger';
import { settledWithin, withDeadline } from './deadline';
import { ExecutorError, type Executor, type ExecutorEvent } from './executor';
import { CONTROL, SHELL, type Route } from './handlers';
import type { Abandonable, Call, Services } from './handlers/call';
import { submit } from './handlers/execute';
import { errorName, type SubmittedCell } from './handlers/submitted-cell';
import { reasonOf, type Log } from './log';
import { NO_PARENT, Publisher } from './publisher';
import { RequestCall } from './request-call';
import { SerialQueue, type Entry } from './serial-queue';
import { Signer } from './wire/signature';
import { Session, WireError, type Request, type WireFault } from './wire/message';

/** How long the executor may take to connect before requests are read all the same, ms. */
const START_MS = 3000;
/** How long an interrupt may take until the requester is told, ms. */
const INTERRUPT_MS = 10_000;
/** How long each stage of the end may take, ms: detaching, the last replies, the last outputs. */
const STOP_STAGE_MS = 2000;

export interface KernelParts {
  connection: Connection;
  sockets: Sockets;
  executor: Executor;
  log: Log;
  iopubLimits?: IopubLimits;
}

export class Kernel {
  /** Received messages that were dropped, by fault. */
  readonly dropped: Record<WireFault, number> = { malformed: 0, unsigned: 0, signature: 0, replayed: 0 };

  private readonly session: Session;
  private readonly iopub: IopubChannel;
  private readonly publisher: Publisher;
  private readonly outputs: CellOutputs;
  private readonly shell: RouterChannel;
  private readonly control: RouterChannel;
  private readonly stdinRouter: RouterChannel;
  private readonly stdin: StdinChannel;
  private readonly shellQueue: SerialQueue<SubmittedCell>;
  private readonly controlQueue: SerialQueue;
  private readonly debugQueue: SerialQueue;
  private debugParent = NO_PARENT;
  private readonly services: Services;
  private readonly running = new Set<Abandonable>();
  private readonly executor: Executor;
  private readonly log: Log;
  private readonly sessions = new Set<string>();
  private otherIsBusy = false;
  private stopping = false;
  /** The shutdown request asked for another kernel in this one's place. */
  restartWanted = false;
  private announced = false;
  private requestStop = (): void => undefined;
  private readonly stopRequested = new Promise<void>((resolve) => (this.requestStop = resolve));

  constructor(private readonly parts: KernelParts) {
    const { connection, sockets, executor, log } = parts;
    this.executor = executor;
    this.log = log;
    this.session = new Session(new Signer(connection.signatureScheme, connection.key));
    const events = {
      subscribed: (topic: string): void => {
        this.publisher.welcome(topic);
        // Not before, as without a subscriber it is lost, and one that we do not know of yet would get it ahead of its welcome.
        this.announce();
      },
      hold: (on: boolean): void => executor.hold?.(on),
    };
    const policy = streamPolicy();
    this.iopub = new IopubChannel(sockets.iopub, events, log, parts.iopubLimits, policy.pace && new Pacer(policy.pace));
    this.publisher = new Publisher(this.iopub, this.session);
    this.outputs = new CellOutputs(this.publisher, policy);
    this.shell = new RouterChannel(sockets.shell);
    this.control = new RouterChannel(sockets.control);
    this.stdinRouter = new RouterChannel(sockets.stdin);
    this.stdin = new StdinChannel(this.stdinRouter, this.session);
    this.shellQueue = new SerialQueue(
      (entry, done) => this.answer(entry.request, this.shell, SHELL, entry, done),
      (request, before) => (request.header.msg_type === 'execute_request' ? submit(request, this.services, before) : undefined),
      executor.ahead ?? 0,
    );
    this.controlQueue = new SerialQueue(({ request }, done) => this.answer(request, this.control, CONTROL, undefined, done));
    this.debugQueue = new SerialQueue(({ request }, done) => this.answer(request, this.control, CONTROL, undefined, done));
    this.services = {
      executor,
      publisher: this.publisher,
      outputs: this.outputs,
      stdin: this.stdin,
      state: { executionCount: 0 },
      ports: connection.ports,
      debug: executor.debugging && new DebugState(executor.debugging),
      debugParent: (parentJson) => (this.debugParent = parentJson),
      interrupt: () => this.interrupt(),
      stop: (restart) => {
        this.restartWanted ||= restart === true;
        this.stop();
      },
      abortQueued: async () => {
        await this.shell.ranDry();
        this.shellQueue.abortWaiting();
      },
      running: this.running,
    };
  }

  /** Serves until `stop`; resolves when everything is answered, flushed and closed. */
  async run(): Promise<void> {
    const subscriptions = this.iopub.readSubscriptions();
    this.executor.onEvent((event) => this.onEvent(event));
    const started = this.executor.start().catch((error: unknown) => this.log(reasonOf(error)));
    // The first answer is to carry the job's banner; but a job that is slow to answer must not make Jupyter give up.
    await settledWithin(Promise.race([started, this.stopRequested]), START_MS);

    const reading = [
      subscriptions,
      this.shell.read((frames) => this.onShell(frames), () => this.shellQueue.room()),
      this.control.read((frames) => this.onControl(frames), () => this.controlQueue.room() ?? this.debugQueue.room()),
      this.stdinRouter.read((frames) => this.onStdin(frames)),
    ];
    const broken = Promise.race(reading).then(
      () => this.stop(),
      (error: unknown) => {
        this.log(`a socket failed: ${reasonOf(error)}`);
        this.stop();
      },
    );
    await this.stopRequested;
    await this.end();
    await Promise.allSettled([...reading, broken]);
  }

  /** Interrupts what runs, and a wait for input. Without either a no-op. Rejects when the executor gives no answer. */
  async interrupt(): Promise<void> {
    this.stdin.cancel('interrupted');
    if (this.shellQueue.busy) await withDeadline(this.executor.interrupt(), INTERRUPT_MS, 'the answer to the interrupt');
  }

  /** Detaches and ends, see `run`. Idempotent. */
  stop(): void {
    this.requestStop();
  }

  /** Everything that was asked gets its answer before the sockets close. */
  private async end(): Promise<void> {
    this.stopping = true;
    this.shellQueue.abortWaiting();
    this.stdin.cancel('the kernel ends');
    const closed = this.executor.close().catch((error: unknown) => this.log(reasonOf(error)));
    await settledWithin(closed, STOP_STAGE_MS);
    for (const work of this.running) work.abandon(new ExecutorError('bridge_lost', 'the kernel was shut down; the job lives on'));
    await settledWithin(Promise.all([this.shellQueue.settled(), this.controlQueue.settled(), this.debugQueue.settled()]), STOP_STAGE_MS);
    this.outputs.flush();
    await settledWithin(this.iopub.flushed(), STOP_STAGE_MS);
    this.iopub.close();
    await this.parts.sockets.close();
  }

  private onShell(frames: Buffer[]): void {
    const request = this.decode(frames, 'shell');
    if (request === undefined) return;
    this.noteSession(request.header.session);
    if (SHELL.get(request.header.msg_type)?.serial === true && !this.passes(request)) {
      this.shellQueue.push(request);
      // What arrives while the kernel ends is answered, but not run.
      if (this.stopping) this.shellQueue.abortWaiting();
    } else {
      this.answer(request, this.shell, SHELL);
    }
  }

  /** Whether a cell or comm message is handled beside what runs. */
  private passes(request: Request): boolean {
    const turn = this.executor.turn?.(request.header.msg_type, request.content) ?? 'waits';
    return turn === 'none' || (turn === 'asks' && this.shellQueue.mayPass(request));
  }

  /** A page that was reloaded has a new session; a hostile client may have any number of them. */
  private noteSession(session: string): void {
    if (this.sessions.has(session)) return;
    if (this.sessions.size >= 1000) this.sessions.clear();
    this.sessions.add(session);
    this.executor.session?.(session.slice(0, 200));
  }

  private onControl(frames: Buffer[]): void {
    const request = this.decode(frames, 'control');
    if (request === undefined) return;
    if (CONTROL.get(request.header.msg_type)?.serial === false) this.answer(request, this.control, CONTROL);
    else (request.header.msg_type === 'debug_request' ? this.debugQueue : this.controlQueue).push(request);
  }

  private onStdin(frames: Buffer[]): void {
    const message = this.decode(frames, 'stdin');
    if (message !== undefined) this.stdin.receive(message);
  }

  private decode(frames: Buffer[], channel: string): Request | undefined {
    try {
      return this.session.decode(frames);
    } catch (error) {
      const code = error instanceof WireError ? error.code : 'malformed';
      const count = (this.dropped[code] += 1);
      // The first, the second, the fourth and so on: a flood of bad messages is not a flood of lines.
      if ((count & (count - 1)) === 0) this.log(`dropped on ${channel}: ${reasonOf(error)} (${count} of this kind)`);
      return undefined;
    }
  }

  /** The bracket: busy before, idle after, on every path. Never throws. `done` is called behind idle. */
  private answer(request: Request, channel: RouterChannel, routes: ReadonlyMap<string, Route>, entry?: Entry<SubmittedCell>, done?: () => void): void {
    // A client that subscribes later must not take this kernel for one that starts.
    if (!this.announced) this.announce();
    this.publisher.status('busy', request.headerJson);
    const route = routes.get(request.header.msg_type);
    if (route === undefined) this.log(`no answer is known to the message type ${JSON.stringify(request.header.msg_type.slice(0, 80))}`);
    const call = new RequestCall(request, channel, route?.reply, entry, this.publisher, this.session, (error) => {
      if (error !== undefined) this.fail(call, route?.reply, error);
      this.idle(request);
      done?.();
    });
    try {
      const work = route?.handler(call, this.services);
      if (work === undefined) call.returned();
      else work.then(() => call.end(), (error: unknown) => call.end(error));
    } catch (error) {
      call.end(error);
    }
  }

  /**
   * A cell that only looks is answered beside the running one. It ends idle as well, and front ends go by the latest status of a cell: the
   * one that still runs is said to be busy again. Not after other requests, whose busy and idle everybody expects in turn.
   */
  private idle(request: Request): void {
    const parent = request.headerJson;
    this.publisher.status('idle', parent);
    if (request.header.msg_type !== 'execute_request') return;
    const { runningHeader } = this.shellQueue;
    if (runningHeader !== undefined && runningHeader !== parent) this.publisher.status('busy', runningHeader);
  }

  /** A handler's failure as reply; requests without reply leave a line in the log. */
  private fail(call: Call, reply: string | undefined, error: unknown): void {
    const evalue = reasonOf(error);
    const ename = error instanceof ExecutorError ? errorName(error.code) : error instanceof Error ? error.name : 'Error';
    if (reply === undefined) {
      this.log(`${call.request.header.msg_type} failed: ${evalue}`);
      return;
    }
    const count = reply === 'execute_reply' ? { execution_count: this.services.state.executionCount } : {};
    call.reply({ status: 'error', ename, evalue, traceback: [`${ename}: ${evalue}`], ...count });
  }

  private onEvent(event: ExecutorEvent): void {
    switch (event.kind) {
      case 'lateOutput':
        // Of a cell that another kernel has run, it is in the journal.
        this.outputs.known(event.id)?.output(event.output);
        return;
      case 'comm': {
        const { type, content, metadata, buffers } = event.message;
        this.outputs.find(event.id).publish(type, content, metadata, buffers);
        return;
      }
      case 'busy':
        this.showOther(event.other !== null);
        return;
      case 'debug':
        this.services.debug?.event(event.event);
        this.publisher.publish('debug_event', this.debugParent, event.event);
        return;
      case 'ended':
        this.log(event.reason);
        // Nobody waits for an answer: it is shown where the reader looks.
        if (event.untold) this.outputs.latest().output({ kind: 'stream', name: 'stderr', text: `${[event.reason, ...event.lastWords].join('\n')}\n` });
        return;
      default:
        event satisfies never;
    }
  }

  /** Says once that the kernel has started: to the first subscriber, or when the first request comes before any. */
  private announce(): void {
    if (this.announced) return;
    this.announced = true;
    this.publisher.status('starting', NO_PARENT);
  }

  /** Another client's cell makes this kernel look busy, unless a cell of its own does already. */
  private showOther(busy: boolean): void {
    if (busy === this.otherIsBusy || (busy && this.shellQueue.busy)) return;
    this.otherIsBusy = busy;
    this.publisher.status(busy ? 'busy' : 'idle', NO_PARENT);
  }
}
