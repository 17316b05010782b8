/**
 * The debugger of a job: one notebook at a time, on one rank that it chooses. Knows the Debug Adapter Protocol and ranks; what front ends
 * add to the protocol is the kernel's. While the rank stands still the others wait in their guarded MPI calls or for the verdict; its
 * notebook's end, its bridge's end and a limit on the time let it go on.
 */
import type { Client } from '../execution';
import type { Journal } from '../journal';
import type { Rank, Roster } from '../roster';
import type { Outcome } from '../verdict';
import { textOrEmpty } from '../values';
import { HASH_SEED, SUFFIX, type CellFiles } from './cell-files';
import type { DapMessage } from './dap-stream';
import { RankQuestions } from './rank-questions';
import { failure, RankSession } from './rank-session';
import { VariablePaths } from './variable-paths';

export interface DebugWorld {
  readonly roster: Roster;
  readonly journal: Journal;
  readonly files: CellFiles;
  /** Path of the socket that listens while a session begins. */
  readonly socketPath: string;
  /** Longest stop, seconds; 0: no limit. */
  readonly maxPauseS: number;
  /** Why there is no job any more; empty: there is one. */
  over(): string;
  step(): number;
  /** A cell or control has its turn. */
  busy(): boolean;
  /** Computes a value on all ranks at the next safe point; `done` gets their outcomes, or a sentence. */
  compute(expression: string, rich: boolean, done: (outcomes: readonly Outcome[] | string) => void): void;
  warn(sentence: string): void;
}

/** Questions of a client, see `debug` of the cell protocol. */
export type DebugQuestion = 'start' | 'stop' | 'dap' | 'names' | 'cell' | 'variables' | 'value' | 'modules' | 'source';

/** Passed on as they are. Everything else would end the rank, start another program, or is answered here. */
const FORWARDED: ReadonlySet<string> = new Set([
  'initialize', 'setFunctionBreakpoints', 'setExceptionBreakpoints', 'continue', 'next', 'stepIn', 'stepOut', 'pause', 'threads', 'stackTrace',
  'scopes', 'variables', 'setVariable', 'setExpression', 'evaluate', 'completions', 'exceptionInfo', 'stepInTargets', 'gotoTargets', 'goto',
]);
/** Said again to the next rank when the debugger moves. */
const LASTING: ReadonlySet<string> = new Set(['initialize', 'setFunctionBreakpoints', 'setExceptionBreakpoints']);
/** Steps go into libraries too, as in ipykernel. Nothing of the rank's own output is redirected. */
const ATTACH = { justMyCode: false, debugOptions: ['DebugStdLib'], redirectOutput: false, subProcess: false, terminateChildProcesses: false };
const LOOK_MS = 2000;

interface Session {
  owner: Client;
  rank: number;
  /** Null while it begins. */
  link: RankSession | null;
  /** Thread that stands still. */
  stoppedThread: number | null;
  limit: NodeJS.Timeout | null;
  attached: boolean;
  readonly lasting: Map<string, DapMessage>;
  readonly breakpoints: Map<string, DapMessage>;
}

export class Debugger {
  readonly questions = new RankQuestions();
  private chosen = 0;
  private session: Session | null = null;
  private readonly paths = new VariablePaths();

  constructor(private readonly world: DebugWorld) {}

  /** Rank that stands still in the debugger; null: none. */
  get stoppedRank(): number | null {
    return this.session !== null && this.session.stoppedThread !== null ? this.session.rank : null;
  }

  /** Why no rank can be debugged, in one sentence; empty: all can. */
  get unavailable(): string {
    const { roster } = this.world;
    if (!roster.complete) return 'not all ranks have registered yet';
    const lacking = roster.sorted().find(({ extra }) => extra.debugger !== '');
    return lacking ? `the debugger is off on rank ${lacking.rank}: ${lacking.extra.debugger}` : '';
  }

  /** File name of a cell with that text. */
  fileOf(code: string): string {
    return this.world.files.name(code);
  }

  /** One question of a client; `answer` is called exactly once. A string in place of a result refuses, in one sentence. */
  ask(client: Client, what: DebugQuestion, args: Record<string, unknown>, answer: (result: unknown, refused?: string) => void): void {
    const refuse = (sentence: string): void => answer(undefined, sentence);
    const { files } = this.world;
    switch (what) {
      case 'start':
        return this.start(client, (refused) => answer({}, refused || undefined));
      case 'stop':
        if (this.session?.owner === client) this.end(this.session);
        return answer({});
      case 'dap': {
        const message = args['message'];
        if (typeof message !== 'object' || message === null) return refuse('a message of the debugger must be a map');
        return this.dap(client, message as DapMessage, (response) => answer(response));
      }
      case 'names':
        return answer({ prefix: files.prefix, suffix: SUFFIX, seed: HASH_SEED });
      case 'cell':
        try {
          return answer(files.write(textOrEmpty(args['code'])));
        } catch (error) {
          return refuse(`the file of the cell cannot be written: ${error instanceof Error ? error.message : String(error)}`);
        }
      case 'variables':
        return this.variables(Number(args['reference'] ?? 0), answer);
      case 'value':
        return this.value(client, textOrEmpty(args['expression']), args['frameId'], answer);
      case 'modules':
        return this.look({ what: 'modules' }, (map) => answer(map['modules'] ?? []), refuse);
      case 'source':
        return this.look({ what: 'source', path: textOrEmpty(args['path']) }, (map) => answer(map['content'] ?? null), refuse);
    }
  }

  /** `%live debug`: tells where the debugger is, or moves it. `done` gets one sentence. */
  move(rank: number | null, done: (sentence: string) => void): void {
    const { session } = this;
    const { roster } = this.world;
    const use = session ? `in use by ${session.owner.name}${session.stoppedThread === null ? '' : ', which has stopped'}` : 'not in use';
    if (rank === null) return done(this.unavailable || `the debugger is on rank ${this.chosen}, ${use}`);
    if (rank >= roster.size) return done(`there is no rank ${rank}: this job has ${roster.size} ranks, 0 to ${roster.size - 1}`);
    if (session && session.stoppedThread !== null) return done(`rank ${session.rank} has stopped in the debugger: let it go on first`);
    if (session && session.link === null) return done('the debugger is being started: try again');
    const before = this.chosen;
    this.chosen = rank;
    this.paths.clear();
    if (!session || before === rank) return done(`the debugger is on rank ${rank}, ${use}`);
    session.link?.close();
    this.open(session, (refused) => {
      if (refused) return done(refused);
      this.repeat(session, () => done(`the debugger is on rank ${rank}, ${use}`));
    });
  }

  /** A client is gone: what it debugged goes on. */
  disown(client: Client): void {
    if (this.session?.owner === client) this.end(this.session);
  }

  rankGone(rank: Rank): void {
    this.questions.close(rank.rank);
    if (this.session?.rank === rank.rank) this.lose(this.session, `rank ${rank.rank} is gone`);
  }

  /** The job is over. */
  close(): void {
    this.questions.close();
    if (this.session) this.lose(this.session, this.world.over() || 'the bridge ends');
  }

  // --- Sessions -------------------------------------------------------------------------------------------------------

  private start(client: Client, done: (refused: string) => void): void {
    const over = this.world.over();
    if (over) return done(over);
    const { session } = this;
    if (session && session.owner !== client) return done(`the debugger is in use by ${session.owner.name} on rank ${session.rank}: one notebook debugs at a time`);
    if (session) return done(session.link === null ? 'the debugger is being started already' : '');
    const begun: Session = { owner: client, rank: this.chosen, link: null, stoppedThread: null, limit: null, attached: false, lasting: new Map(), breakpoints: new Map() };
    this.session = begun;
    this.open(begun, done);
  }

  /** Connects the session to the chosen rank. */
  private open(session: Session, done: (refused: string) => void): void {
    session.rank = this.chosen;
    session.link = null;
    const rank = this.world.roster.ranks.get(session.rank);
    const fail = (sentence: string): void => {
      if (this.session === session) this.lose(session, sentence);
      done(sentence);
    };
    if (!rank?.present) return fail(`rank ${session.rank} is not there`);
    if (rank.extra.debugger !== '') return fail(`rank ${rank.rank} cannot be debugged: ${rank.extra.debugger}`);
    const events = {
      event: (event: DapMessage): void => this.event(session, event),
      lost: (why: string): void => this.lose(session, why),
    };
    RankSession.open(rank, this.questions, this.world.socketPath, events, (result) => {
      if (typeof result === 'string') return fail(result);
      if (this.session !== session) {
        // Its notebook has left meanwhile.
        result.close();
        return done('the debug session is over');
      }
      session.link = result;
      this.world.journal.add('debug', this.world.step(), { what: 'attached', rank: session.rank, client: session.owner.name });
      done('');
    });
  }

  /** Says again what lasts, after the debugger has moved. Breakpoints that a rank refuses are the front end's to see. */
  private repeat(session: Session, done: () => void): void {
    const { link } = session;
    const steps: [string, DapMessage][] = [...session.lasting].map(([command, args]) => [command, args]);
    if (session.attached) steps.splice(1, 0, ['attach', ATTACH]);
    for (const args of session.breakpoints.values()) steps.push(['setBreakpoints', args]);
    if (session.attached) steps.push(['configurationDone', {}], ['threads', {}]);
    const next = (): void => {
      const step = steps.shift();
      if (!step || !link) return done();
      link.ask(step[0], step[1], next);
    };
    next();
  }

  private end(session: Session): void {
    this.session = null;
    if (session.limit) clearTimeout(session.limit);
    session.link?.close();
    this.world.journal.add('debug', this.world.step(), { what: 'detached', rank: session.rank, client: session.owner.name });
  }

  /** The session has ended without its notebook's doing: it is told as the protocol tells it. */
  private lose(session: Session, why: string): void {
    if (this.session !== session) return;
    const thread = session.stoppedThread;
    this.end(session);
    if (thread !== null) session.owner.send({ t: 'debugEvent', event: { type: 'event', seq: 0, event: 'continued', body: { threadId: thread, allThreadsContinued: true } } });
    session.owner.send({ t: 'debugEvent', event: { type: 'event', seq: 0, event: 'terminated', body: {} } });
    this.world.warn(`the debugger of ${session.owner.name} on rank ${session.rank} has ended: ${why}`);
  }

  private event(session: Session, event: DapMessage): void {
    if (this.session !== session) return;
    const body = (typeof event['body'] === 'object' && event['body'] !== null ? event['body'] : {}) as Record<string, unknown>;
    if (event['event'] === 'stopped') {
      session.stoppedThread = Number(body['threadId'] ?? 1);
      const { maxPauseS } = this.world;
      if (session.limit) clearTimeout(session.limit);
      session.limit = maxPauseS > 0 ? setTimeout(() => this.lose(session, `it has stopped for ${maxPauseS} s, the limit of a pause: the simulation goes on`), maxPauseS * 1000) : null;
    } else if (event['event'] === 'continued') {
      session.stoppedThread = null;
      if (session.limit) clearTimeout(session.limit);
      session.limit = null;
    }
    session.owner.send({ t: 'debugEvent', event });
  }

  // --- Messages of the protocol ---------------------------------------------------------------------------------------

  private dap(client: Client, message: DapMessage, answer: (response: DapMessage) => void): void {
    const { session } = this;
    const link = session?.owner === client ? session.link : null;
    if (!session || !link) return answer(failure(message, 'the debugger is not started'));
    const command = textOrEmpty(message['command']);
    const args = (typeof message['arguments'] === 'object' && message['arguments'] !== null ? message['arguments'] : {}) as DapMessage;
    if (command === 'attach') return this.attach(session, link, message, answer);
    if (command === 'setBreakpoints') {
      const source = (args['source'] ?? {}) as DapMessage;
      session.breakpoints.set(textOrEmpty(source['path']), args);
      return link.request(message, answer);
    }
    if (command === 'evaluate' && typeof args['frameId'] !== 'number') return this.evaluate(session, link, message, args, answer);
    if (!FORWARDED.has(command)) return answer(failure(message, `the debugger of a live run does not take the request "${command.slice(0, 60)}"`));
    if (LASTING.has(command)) session.lasting.set(command, args);
    link.request(message, answer);
  }

  private attach(session: Session, link: RankSession, message: DapMessage, answer: (response: DapMessage) => void): void {
    link.request({ ...message, arguments: ATTACH }, (response) => {
      if (response['success'] !== true) return answer(response);
      session.attached = true;
      // Front ends of Jupyter set breakpoints at any time; nothing waits for the end of the configuration.
      // Threads get their numbers when they are first listed: the main one is to be known, by 1, from the start.
      link.ask('configurationDone', {}, () => link.ask('threads', {}, () => answer(response)));
    });
  }

  /** Without a frame: in the innermost one when the code has stopped, else at a safe point. */
  private evaluate(session: Session, link: RankSession, message: DapMessage, args: DapMessage, answer: (response: DapMessage) => void): void {
    if (session.stoppedThread !== null) {
      link.ask('stackTrace', { threadId: session.stoppedThread, startFrame: 0, levels: 1 }, (response) => {
        const frames = (response['body'] as { stackFrames?: { id: number }[] } | undefined)?.stackFrames ?? [];
        if (!frames[0]) return answer(failure(message, 'there is no frame to evaluate in'));
        link.request({ ...message, arguments: { ...args, frameId: frames[0].id } }, answer);
      });
      return;
    }
    this.compute(textOrEmpty(args['expression']), false, (value, refused) => {
      if (refused !== undefined) return answer(failure(message, refused));
      answer({ type: 'response', seq: 0, request_seq: message['seq'], command: 'evaluate', success: true, body: { result: value, variablesReference: 0 } });
    });
  }

  // --- Values ---------------------------------------------------------------------------------------------------------

  private look(question: Record<string, unknown>, answer: (map: Record<string, unknown>) => void, refuse: (sentence: string) => void): void {
    this.questions.ask(this.world.roster.ranks.get(this.chosen), question, LOOK_MS, (map) => (typeof map === 'string' ? refuse(map) : answer(map)));
  }

  private variables(reference: number, answer: (result: unknown, refused?: string) => void): void {
    if (reference === 0) this.paths.clear();
    const path = this.paths.of(reference);
    if (!path) return answer([]);
    this.look({ what: 'variables', path }, (map) => answer(this.paths.describe(path, map['variables'])), (sentence) => answer(undefined, sentence));
  }

  /** All representations of a value: `{data, metadata}`. */
  private value(client: Client, expression: string, frameId: unknown, answer: (result: unknown, refused?: string) => void): void {
    const read = (text: unknown): void => {
      const found = readRich(text);
      answer(found ?? undefined, found ? undefined : 'the value cannot be shown');
    };
    const { session } = this;
    if (session?.owner === client && session.link && session.stoppedThread !== null && typeof frameId === 'number') {
      const code = `__import__('allranks._debug', fromlist=['rich']).rich(${expression})`;
      session.link.ask('evaluate', { expression: code, frameId, context: 'clipboard' }, (response) => {
        if (response['success'] !== true) return answer(undefined, textOrEmpty(response['message']) || 'the value cannot be shown');
        read(String((response['body'] as DapMessage)['result']).replaceAll("'", ''));
      });
      return;
    }
    this.compute(expression, true, (text, refused) => (refused === undefined ? read(text) : answer(undefined, refused)));
  }

  /** Runs on all ranks like a cell: it may communicate, and may change the state of the run. The chosen rank's value counts. */
  private compute(expression: string, rich: boolean, answer: (value: unknown, refused?: string) => void): void {
    if (this.world.busy()) return answer(undefined, 'a cell runs: values are computed between cells, or where the debugger has stopped');
    const rank = this.chosen;
    this.world.compute(expression, rich, (outcomes) => {
      if (typeof outcomes === 'string') return answer(undefined, outcomes);
      const mine = outcomes.find((outcome) => outcome.rank === rank);
      if (mine?.status === 'ok') return answer(mine.userExpressions?.['value'] ?? '');
      answer(undefined, `${mine?.ename ?? 'Error'}: ${mine?.evalue ?? 'the rank gave no answer'}`);
    });
  }
}

function readRich(text: unknown): { data: Record<string, unknown>; metadata: Record<string, unknown> } | null {
  try {
    const value = JSON.parse(Buffer.from(String(text), 'base64').toString()) as { data?: unknown; metadata?: unknown };
    if (typeof value.data !== 'object' || value.data === null) return null;
    return { data: value.data as Record<string, unknown>, metadata: (value.metadata ?? {}) as Record<string, unknown> };
  } catch {
    // Cut off or none of ours: shown as no value, which the caller says.
    return null;
  }
}
