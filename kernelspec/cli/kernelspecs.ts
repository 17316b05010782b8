/** The permanent kernelspec `allranks`, and the kernelspecs of live runs, which the bridge writes. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { jupyterDataFolder } from '../../bridge/protocol/job-record';
import type { Env } from '../run/program';
import { Failure } from './failure';
import { main, templates } from './places';

export interface PlaceOptions {
  /** PREFIX/share/jupyter/kernels */
  prefix?: string;
  /** The active virtual environment. */
  sysPrefix?: boolean;
}

/** A kernelspec of ours on disk. */
export interface OwnKernelspec {
  name: string;
  displayName: string;
  folder: string;
  argv: string[];
}

export const PERMANENT = 'allranks';

/** Folder `kernels` of the user or of the prefix asked for. Throws a Failure when no environment is active. */
export function kernelsFolder(options: PlaceOptions, env: Env = process.env): string {
  if (options.prefix && options.sysPrefix) throw new Failure('--prefix and --sys-prefix exclude each other', 2);
  if (options.prefix) return join(resolve(options.prefix), 'share', 'jupyter', 'kernels');
  if (options.sysPrefix) {
    const prefix = env['VIRTUAL_ENV'] || env['CONDA_PREFIX'];
    if (!prefix) throw new Failure('--sys-prefix needs an active virtual environment (VIRTUAL_ENV or CONDA_PREFIX)');
    return join(prefix, 'share', 'jupyter', 'kernels');
  }
  return join(jupyterDataFolder(env), 'kernels');
}

/** All kernelspecs in `folder` whose command is ours: their argv runs `attach` of an allranks command line. */
export function ownKernelspecs(folder: string): OwnKernelspec[] {
  if (!existsSync(folder)) return [];
  const found: OwnKernelspec[] = [];
  for (const name of readdirSync(folder).sort()) {
    const spec = readKernelspec(join(folder, name));
    if (spec) found.push(spec);
  }
  return found;
}

function readKernelspec(folder: string): OwnKernelspec | null {
  const path = join(folder, 'kernel.json');
  if (!existsSync(path)) return null;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // Somebody's broken kernelspec; Jupyter tells its owner.
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { argv, display_name: displayName } = value as { argv?: unknown; display_name?: unknown };
  if (!Array.isArray(argv) || !argv.every((word) => typeof word === 'string') || typeof displayName !== 'string') return null;
  const words: string[] = argv;
  const at = words.indexOf('attach');
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  const ours = at > 0 && /(^|\/)(allranks|main\.js)$/.test(words[at - 1]!) && (name === PERMANENT || name.startsWith(`${PERMANENT}-`));
  return ours ? { name, displayName, folder, argv: words } : null;
}

/** Writes the permanent kernelspec and returns its folder. An existing one of ours is replaced. */
export function installKernelspec(options: PlaceOptions, env: Env = process.env): string {
  const kernels = kernelsFolder(options, env);
  const folder = join(kernels, PERMANENT);
  const fresh = join(kernels, `.${PERMANENT}-${process.pid}`);
  try {
    if (existsSync(folder) && !readKernelspec(folder)) throw new Failure(`${folder} exists and is not ours; remove or rename it first`);
    mkdirSync(fresh, { recursive: true });
    const template = JSON.parse(readFileSync(join(templates, 'kernel.json'), 'utf8')) as Record<string, unknown>;
    const spec = { ...template, argv: [process.execPath, main, 'attach', '--connection-file', '{connection_file}'] };
    writeFileSync(join(fresh, 'kernel.json'), `${JSON.stringify(spec, null, 2)}\n`);
    for (const logo of ['logo-32x32.png', 'logo-64x64.png', 'logo-svg.svg']) copyFileSync(join(templates, logo), join(fresh, logo));
    // A Jupyter server that looks in between sees the old one, none or the new one, never half of one.
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } catch (error) {
    if (existsSync(fresh)) rmSync(fresh, { recursive: true });
    if (error instanceof Failure) throw error;
    throw new Failure(`the kernelspec cannot be written to ${folder}: ${(error as Error).message}`);
  }
  return folder;
}

/** Removes one kernelspec of ours and returns its folder. */
export function removeKernelspec(name: string, options: PlaceOptions, env: Env = process.env): string {
  const kernels = kernelsFolder(options, env);
  const spec = ownKernelspecs(kernels).find((own) => own.name === name);
  if (!spec) throw new Failure(`no kernelspec ${name} of Allranks in ${kernels}; see: allranks kernelspec list`);
  rmSync(spec.folder, { recursive: true });
  return spec.folder;
}

/** Prints name, folder and title of our kernelspecs. */
export function listKernelspecs(options: PlaceOptions): void {
  const kernels = kernelsFolder(options);
  const specs = ownKernelspecs(kernels);
  if (specs.length === 0) {
    process.stdout.write(`no kernelspec of Allranks in ${kernels}; install one with: allranks kernelspec install\n`);
    return;
  }
  const width = Math.max(...specs.map((spec) => spec.name.length));
  for (const spec of specs) process.stdout.write(`${spec.name.padEnd(width)}  ${spec.folder}  (${spec.displayName})\n`);
}
