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

/** What a `%live` cell may ask of its job. */
export interface LiveHost {
  readonly log: CommandLog;
  status(): JobStatus;
  rows(): RankRow[];
  paused(): boolean;
  functions(): ReadonlyMap<string, ReadonlyMap<number, string>>;
  emit(execution: Execution, output: Output): void;
  /** From now on what ranks say about entry `index` belongs to the execution. */
  track(execution: Execution, index: number): void;
  settle(execution: Execution, body: VerdictBody): void;
  journalControl(what: string, fields: Record<string, unknown>): void;
  detach(execution: Execution): void;
}

/** Actions that only look: they need no turn in the queue. */
export function onlyLooks(actions: readonly LiveAction[]): boolean {
  return actions.every(({ what }) => what === 'status' || what === 'ranks' || what === 'help' || what === 'askStop');
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
  const control = (kind: CommandKind, payload: Uint8Array, done: () => string): void => {
    host.journalControl(action.what, { id: execution.id, ...action });
    execution.state = 'running';
    const entry = host.log.append(kind, payload, {
      decided: (outcomes) => {
        execution.index = 0;
        execution.output?.finish();
        const body = controlVerdict(outcomes, execution.interrupted);
        if (body) return host.settle(execution, body);
        say(done());
        next();
      },
    });
    host.track(execution, entry.index);
  };
  const where = (): string => {
    const now = host.status();
    return `step ${now.step}, time ${Number(now.time.toPrecision(10))}`;
  };
  const empty = new Uint8Array();
  switch (action.what) {
    case 'status':
      host.emit(execution, renderStatus(host.status(), host.rows()));
      if (host.functions().size > 0) host.emit(execution, renderFunctions(host.functions()));
      return next();
    case 'ranks':
      host.emit(execution, renderRanks(host.status(), host.rows()));
      return next();
    case 'help':
      say(LIVE_HELP);
      return next();
    case 'askStop':
      say('This ends the run of the simulation for everyone. To do it: %live stop --yes\n');
      return next();
    case 'pause':
      return control(CommandKind.pause, empty, () => `paused at ${where()}\n`);
    case 'resume':
      if (!host.paused()) {
        say(`the simulation runs already: ${where()}\n`);
        return next();
      }
      return control(CommandKind.resume, empty, () => `running from ${where()}\n`);
    case 'step':
      return control(CommandKind.step, stepPayload(action.steps), () => `paused after ${action.steps} ${action.steps === 1 ? 'step' : 'steps'}: ${where()}\n`);
    case 'until':
      return control(CommandKind.until, Buffer.from(action.expression), () => `paused at ${where()}\n`);
    case 'stop':
      return control(CommandKind.stop, empty, () => 'the simulation was asked to stop: it ends when it looks next\n');
    case 'reset':
      return control(CommandKind.call, pack({ what: 'reset', id: execution.id }), () => "the namespace is back to what the inline script made\n");
    case 'detach':
      host.detach(execution);
      say('detached: the run goes on; the next cell attaches again\n');
      return next();
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

