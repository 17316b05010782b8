/** Runs the lines of one `%live` cell one after another; each control is an entry of the command log. */
import { CommandKind } from '../protocol/generated';
import { pack } from '../protocol/frames';
import type { CommandLog } from './command-log';
import { stepPayload } from './command-log';
import type { Execution } from './execution';
import { LIVE_HELP, type LiveAction } from './live';
import { renderFunctions, renderRanks, renderStatus } from './live-status';
import { decide, refusal, type Outcome, type VerdictBody } from './verdict';
import type { JobStatus, Output } from '../protocol/messages';
import type { RankRow } from './live-status';

/** The cell that runs beside one that only looks. */
function running({ active }: LiveHost, looking: Execution): Execution | null {
  return active !== looking && active?.kind === 'cell' ? active : null;
}

/** What a `%live` cell may ask of its job. */
export interface LiveHost {
  readonly log: CommandLog;
  /** What has its turn. */
  readonly active: Execution | null;
  status(): JobStatus;
  rows(): RankRow[];
  /** The clock of the boards. */
  monotonicNs(): number;
  paused(): boolean;
  /** Calls `action` when it is known whether the simulation stands still. */
  whenSure(action: () => void): void;
  functions(): ReadonlyMap<string, ReadonlyMap<number, string>>;
  emit(execution: Execution, output: Output): void;
  /** From now on what ranks say about entry `index` belongs to the execution. */
  track(execution: Execution, index: number): void;
  settle(execution: Execution, body: VerdictBody): void;
  journalControl(what: string, fields: Record<string, unknown>): void;
  detach(execution: Execution): void;
  /** Stacks of all ranks as one text; called back once, soon. */
  stacks(done: (text: string) => void): void;
  /** Shows cells that the notebook has missed, or the latest with that number, under the execution; `done` is told what to say at the end. */
  showAgain(execution: Execution, count: number | null, done: (sentence: string) => void): void;
  /** Shows the live table, or what stands for it. */
  showWidget(execution: Execution): void;
  /** Moves the debugger to a rank (null: only tells); called back once with one sentence. */
  moveDebugger(rank: number | null, done: (sentence: string) => void): void;
  /** Interrupts what runs; returns what that is, in words, or nothing. */
  interruptRunning(): string;
}

/** Actions that only look, or end what runs: they need no turn in the queue. */
export function onlyLooks(actions: readonly LiveAction[]): boolean {
  return actions.every(({ what }) => what === 'status' || what === 'ranks' || what === 'help' || what === 'stacks' || what === 'interrupt' || what === 'debug' || what === 'askStop' || what === 'missed' || what === 'replay' || what === 'watch');
}

/** Starts the cell; it settles through the host. Later calls of `decided` of its entries drive it on. */
export function runLive(host: LiveHost, execution: Execution, actions: readonly LiveAction[], at = 0): void {
  if (execution.state === 'settled') return;
  const action = actions[at];
  const { step, time } = host.status();
  if (!action) {
    host.settle(execution, { status: 'ok', userExpressions: {}, payload: [], metadata: { step, time } });
    return;
  }
  const say = (text: string): void => host.emit(execution, { kind: 'stream', name: 'stdout', text });
  const next = (): void => runLive(host, execution, actions, at + 1);
  const control = (kind: CommandKind, payload: Uint8Array): void => {
    // Line and place of the action: a bridge that takes over goes on from there.
    host.journalControl(action.what, { id: execution.id, ...action, at_line: at });
    execution.state = 'running';
    const entry = host.log.append(kind, payload, { decided: (outcomes) => controlDecided(host, execution, actions, at, outcomes) });
    host.track(execution, entry.index);
  };
  const empty = new Uint8Array();
  switch (action.what) {
    case 'status':
      host.emit(execution, renderStatus(host.status(), host.rows(), host.monotonicNs(), running(host, execution)));
      if (host.functions().size > 0) host.emit(execution, renderFunctions(host.functions()));
      return next();
    case 'ranks':
      host.emit(execution, renderRanks(host.status(), host.rows(), host.monotonicNs()));
      return next();
    case 'help':
      say(LIVE_HELP);
      return next();
    case 'stacks':
      return host.stacks((text) => {
        say(text);
        next();
      });
    case 'missed':
    case 'replay':
      return host.showAgain(execution, action.what === 'replay' ? action.count : null, (sentence) => {
        if (sentence !== '') say(sentence);
        next();
      });
    case 'watch':
      host.showWidget(execution);
      return next();
    case 'debug':
      return host.moveDebugger(action.rank, (sentence) => {
        say(`${sentence}\n`);
        next();
      });
    case 'interrupt': {
      const what = host.interruptRunning();
      say(what === '' ? 'nothing runs that could be interrupted\n' : `interrupted: ${what}\n`);
      return next();
    }
    case 'askStop':
      say('This ends the run of the simulation for everyone. To do it: %live stop --yes\n');
      return next();
    case 'pause':
      return control(CommandKind.pause, empty);
    case 'resume':
      // Right behind a cell, a pause that nobody has seen begin looks like a simulation that runs.
      return host.whenSure(() => {
        if (execution.verdict) return;
        if (host.paused()) return control(CommandKind.resume, empty);
        say(`the simulation runs already: ${where(host)}\n`);
        next();
      });
    case 'step':
      return control(CommandKind.step, stepPayload(action.steps));
    case 'until':
      return control(CommandKind.until, Buffer.from(action.expression));
    case 'stop':
      return control(CommandKind.stop, empty);
    case 'reset':
      return control(CommandKind.call, pack({ what: 'reset', id: execution.id }));
    case 'detach':
      host.detach(execution);
      say('detached: the run goes on; the next cell attaches again\n');
      return next();
  }
}

/** All ranks have answered the control of line `at`: tells what became of it and goes on with the next line. */
export function controlDecided(host: LiveHost, execution: Execution, actions: readonly LiveAction[], at: number, outcomes: readonly Outcome[]): void {
  execution.index = 0;
  execution.output?.finish();
  const body = controlVerdict(outcomes, execution.interrupted);
  if (body) return host.settle(execution, body);
  // Another notebook's pause ended a `step` or `until` before its time.
  const early = outcomes.some((outcome) => outcome.status === 'interrupted');
  host.emit(execution, { kind: 'stream', name: 'stdout', text: early ? `paused at ${where(host)}: it was ended by a pause\n` : doneText(host, actions[at]!) });
  runLive(host, execution, actions, at + 1);
}

function where(host: LiveHost): string {
  const now = host.status();
  return `step ${now.step}, time ${Number(now.time.toPrecision(10))}`;
}

function doneText(host: LiveHost, action: LiveAction): string {
  switch (action.what) {
    case 'resume':
      return `running from ${where(host)}\n`;
    case 'step':
      return `paused after ${action.steps} ${action.steps === 1 ? 'step' : 'steps'}: ${where(host)}\n`;
    case 'stop':
      return 'the simulation was asked to stop: it ends when it looks next\n';
    case 'reset':
      return 'the namespace is back to what the inline script made\n';
    default:
      return `paused at ${where(host)}\n`;
  }
}

/** Error of a control, or null when it did what it should. A `step` ended by a pause is an error only if interrupted. */
function controlVerdict(outcomes: readonly Outcome[], interrupted: boolean): VerdictBody | null {
  const ended = outcomes.every((outcome) => outcome.status === 'withdrawn' || outcome.status === 'lost');
  if (ended && !interrupted) return decide(outcomes, { ename: 'SimulationEnded', evalue: 'the simulation ended before this was done' });
  if (outcomes.some((outcome) => outcome.status === 'error')) return decide(outcomes);
  if (interrupted) return refusal('KeyboardInterrupt', 'the simulation stands still at a safe point', { step: outcomes[0]?.step, time: outcomes[0]?.time });
  return null;
}

/** Ends a `step` or `until`: `pause` is the one entry that goes out while another is under way. */
export function endProgress(log: CommandLog): void {
  log.append(CommandKind.pause, new Uint8Array(), { decided: () => undefined });
}

