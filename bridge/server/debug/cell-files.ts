/**
 * Names of cells as files: a front end computes the same name from the text of a cell, so that a breakpoint set in the editor is one in
 * the code that ranks compile. Ranks need the name only; the file is written for who sets a breakpoint, since pydevd wants to see it.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Any number; that of ipykernel, as front ends have met no other. */
export const HASH_SEED = 0xc70f6907;
export const SUFFIX = '.py';

export class CellFiles {
  /** What a name begins with: the folder and its separator. */
  readonly prefix: string;
  private readonly folder: string;

  /** @param runtimeDir private folder of the job, which goes with it. */
  constructor(runtimeDir: string) {
    this.folder = join(runtimeDir, 'cells');
    this.prefix = `${this.folder}/`;
  }

  /** File name of a cell with that text, whether the file is there or not. */
  name(code: string): string {
    return `${this.prefix}${murmur2(Buffer.from(code), HASH_SEED)}${SUFFIX}`;
  }

  /** Writes the file; returns its name. Throws as fs does. */
  write(code: string): string {
    const name = this.name(code);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    if (!existsSync(name)) writeFileSync(name, code, { mode: 0o600 });
    return name;
  }
}

/** MurmurHash2, 32 bits, as front ends of Jupyter compute it ("Murmur2" of JupyterLab's debugger). */
export function murmur2(data: Uint8Array, seed: number): number {
  const m = 0x5bd1e995;
  let h = seed ^ data.length;
  let at = 0;
  for (; data.length - at >= 4; at += 4) {
    let k = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const left = data.length - at;
  if (left > 0) {
    if (left === 3) h ^= data[at + 2]! << 16;
    if (left >= 2) h ^= data[at + 1]! << 8;
    h = Math.imul(h ^ data[at]!, m);
  }
  h ^= h >>> 13;
  h = Math.imul(h, m);
  h ^= h >>> 15;
  return h >>> 0;
}
