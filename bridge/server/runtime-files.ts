/**
 * The files of the runtime folder by which others find this bridge. Programs that tidy temporary folders remove what is old, and a run may last
 * for weeks: what is gone is made again. Connections that stand need no file and are not touched.
 */
import { lstatSync, mkdirSync } from 'node:fs';

export class RuntimeFiles {
  private looking = false;
  private closed = false;
  private failed = '';

  /** @param make makes the file of that path again; may reject. */
  constructor(
    private readonly folder: string,
    private readonly warn: (sentence: string) => void,
    private readonly make: Readonly<Record<string, () => void | Promise<void>>>,
  ) {}

  /** Looks whether all are there, and makes those that are not. Never rejects. */
  async look(): Promise<void> {
    if (this.looking || this.closed) return;
    this.looking = true;
    try {
      const missing = Object.keys(this.make).filter((path) => lstatSync(path, { throwIfNoEntry: false }) === undefined);
      if (missing.length === 0) return;
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      for (const path of missing) await this.make[path]!();
      this.warn(`somebody has removed files of this run from ${this.folder}; they are there again`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (why !== this.failed) this.warn(`somebody has removed files of this run from ${this.folder}, and they cannot be made again (${why}): new notebooks cannot attach; the run and those that are attached go on`);
      this.failed = why;
    } finally {
      this.looking = false;
    }
  }

  /** Nothing is made any more. Idempotent. */
  close(): void {
    this.closed = true;
  }
}
