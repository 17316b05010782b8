/** The files of yt_run_ReloadScript: what a script asks for, and how its result is written. Pure. */
import type { Outcome } from '../verdict';
import type { PerRank } from '../execution';

/** Text kept of each stream of a rank, bytes. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Commands in comments below a line with #LIBYT_COMMANDS, in order. */
export function commandsOf(script: string): string[] {
  const lines = script.split(/\r\n|\r|\n/);
  const start = lines.findIndex((line) => line.includes('#LIBYT_COMMANDS'));
  if (start < 0) return [];
  return lines.slice(start).flatMap((line) => {
    const found = /^\s*#\s*(%libyt(?!\w).*)$/.exec(line);
    return found ? [found[1]!.trim()] : [];
  });
}

/** Names of the signal files that belong to a reload file of that path. */
export function signalFiles(reload: string): { exit: string; success: string; failed: string; reloading: string; look: string } {
  const slash = reload.lastIndexOf('/') + 1;
  const hidden = (suffix: string): string => `${reload.slice(0, slash)}.${reload.slice(slash)}_${suffix}`;
  return {
    exit: `${reload}_EXIT`,
    success: `${reload}_SUCCESS`,
    failed: `${reload}_FAILED`,
    reloading: hidden('RELOADING'),
    look: hidden('LOOK'),
  };
}

/** Collects what each rank prints and how it ended. */
export class RankTexts implements PerRank {
  private readonly texts = { stdout: new Map<number, Text>(), stderr: new Map<number, Text>() };
  private outcomes: readonly Outcome[] = [];

  text(rank: number, name: 'stdout' | 'stderr', bytes: Buffer): void {
    const text = this.texts[name].get(rank) ?? { parts: [], size: 0, left: 0 };
    this.texts[name].set(rank, text);
    const room = Math.max(0, MOST_BYTES - text.size);
    if (room > 0) text.parts.push(Buffer.from(bytes.subarray(0, room)));
    text.size += Math.min(room, bytes.length);
    text.left += bytes.length - Math.min(room, bytes.length);
  }

  decided(outcomes: readonly Outcome[]): void {
    this.outcomes = outcomes;
  }

  /** Empty: the ranks told nothing, since an earlier bridge has listened to them. */
  get complete(): boolean {
    return this.outcomes.length > 0;
  }

  /** The part of the result file that tells of the script. */
  report(): string {
    const errors = new Map<number, string>();
    for (const { rank, status, ename, evalue, traceback } of this.outcomes) {
      const printed = textOf(this.texts.stderr.get(rank));
      const failed = status === 'ok' || status === 'skipped' ? '' : plain(traceback?.join('\n') ?? `${ename ?? status}: ${evalue ?? ''}`);
      errors.set(rank, [printed.trimEnd(), failed.trimEnd()].filter((text) => text !== '').join('\n'));
    }
    const ranks = this.outcomes.map(({ rank }) => rank);
    return (
      section(ranks, '', (rank) => textOf(this.texts.stdout.get(rank))) + section(ranks, ' -- ErrorMsg', (rank) => errors.get(rank) ?? '')
    );
  }
}

interface Text {
  parts: Buffer[];
  size: number;
  left: number;
}

function textOf(text: Text | undefined): string {
  if (!text) return '';
  const all = Buffer.concat(text.parts).toString('utf8');
  return text.left > 0 ? `${all}\n[${text.left} bytes more were left out]\n` : all;
}

/** What all ranks have, when one of them has something. */
function section(ranks: readonly number[], what: string, text: (rank: number) => string): string {
  if (ranks.every((rank) => text(rank) === '')) return '';
  return ranks.map((rank) => `[MPI Process ${rank}${what}]\n${text(rank) === '' ? '(None)\n' : `${text(rank).trimEnd()}\n`}\n`).join('');
}

export function commandHead(command: string): string {
  return `====== Libyt Command: ${command} ======\n`;
}

/** Without the colours of a terminal. */
export function plain(text: string): string {
  return text.replace(/\x1b\[[0-9;]*m/g, '');
}
