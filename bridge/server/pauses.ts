/** Ends of a pause that no cell asks for: it has lasted too long, what held it is gone, or the last notebook has left. */
import { CommandKind } from '../protocol/generated';
import type { CommandLog } from './command-log';
import type { Executions } from './executions';
import type { Entry } from './libyt/entry';
import type { Roster } from './roster';

/** What the ends of pauses need of their job. */
export interface PausesHost {
  readonly roster: Roster;
  readonly log: CommandLog;
  readonly cells: Executions;
  readonly entry: Entry;
  readonly over: boolean;
  readonly ready: boolean;
  paused(): boolean;
  unsure(): boolean;
  /** Reads again where the simulation is. */
  look(): void;
}

export interface PauseLimits {
  onDetach: 'resume' | 'hold';
  /** Longest pause, seconds; 0: no limit. */
  maxPauseS: number;
  /** No client any more: milliseconds for a kernel to come back before `onDetach` applies. */
  grace: number;
}

export class Pauses {
  private pausedSince = 0;
  /** Why the pause of an entry point ends, as soon as no cell needs the simulation to stand still; empty: it does not. */
  private resumeWanted = '';
  private clients = 0;
  /** The last client has left, and whether that ends a pause is not known yet. */
  private left = false;
  private graceTimer: NodeJS.Timeout | null = null;
  private shut = false;

  constructor(
    private readonly job: PausesHost,
    private readonly limits: PauseLimits,
    private readonly warn: (sentence: string) => void,
  ) {}

  /** The simulation has come to stand still, or goes on. */
  changed(paused: boolean): void {
    this.pausedSince = paused ? Date.now() : 0;
  }

  /** A few times a second. */
  tick(): void {
    this.resumeIfWanted();
    if (this.left) this.applyDetach();
    const limit = this.limits.maxPauseS * 1000;
    if (limit > 0 && this.pausedSince > 0 && Date.now() - this.pausedSince > limit && !this.job.cells.active) {
      const hours = (this.job.roster.size * (Date.now() - this.pausedSince)) / 3_600_000;
      this.resumeAlone(`the pause has lasted ${this.limits.maxPauseS} s, the limit, and cost ${hours.toPrecision(3)} core-hours: the simulation goes on`);
    }
  }

  /** The pause ends as soon as no cell needs the simulation to stand still. */
  want(why: string): void {
    this.resumeWanted = why;
    this.resumeIfWanted();
  }

  /** Ends the pause of an entry point, also one that has not begun to be seen as a pause. */
  leaveEntry(why: string): void {
    if (this.job.entry.point === null || this.shut) return;
    this.resumeWanted = why;
    // Later: the cell that asks for it has not settled yet.
    setImmediate(() => this.resumeIfWanted());
  }

  attached(): void {
    this.clients += 1;
    this.left = false;
    if (this.graceTimer) clearTimeout(this.graceTimer);
    this.graceTimer = null;
  }

  gone(): void {
    this.clients -= 1;
    if (this.clients === 0 && !this.shut) this.graceTimer = setTimeout(() => this.applyDetach(), this.limits.grace);
  }

  /** The last client wants to go, and does not wait. */
  leave(): void {
    if (this.clients <= 1) this.applyDetach();
  }

  /** Stops timers. */
  close(): void {
    this.shut = true;
    if (this.graceTimer) clearTimeout(this.graceTimer);
  }

  private resumeIfWanted(): void {
    const why = this.resumeWanted;
    if (why === '' || this.job.over || !this.job.ready || this.job.cells.active || this.job.unsure()) return;
    this.resumeWanted = '';
    if (this.job.paused()) this.resumeAlone(`${why}: the simulation goes on`);
  }

  private resumeAlone(sentence: string): void {
    this.pausedSince = 0;
    this.job.cells.journalControl('resume', { why: sentence });
    this.warn(sentence);
    this.job.log.append(CommandKind.resume, new Uint8Array(), { decided: () => this.job.look() });
  }

  private applyDetach(): void {
    // Files keep the pause for a script: nobody has to be attached.
    if (this.job.entry.point === 'reload') return;
    if (this.limits.onDetach !== 'resume') return;
    this.left = this.job.unsure();
    if (!this.left && this.job.paused()) this.resumeAlone('the last notebook has left during a pause: the simulation goes on');
  }
}
