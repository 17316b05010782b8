/**
 * The entry point of libyt at which the run stands: what rank 0 tells of it, and what is offered there besides the prompt: a script that is
 * read again, a kernel with libyt's files.
 */
import { dirname, join } from 'node:path';
import { EntryPoints, type EntryPoint } from '../../protocol/messages';
import { textOrEmpty } from '../values';
import { FileKernel, type FileKernelOptions } from './file-kernel';
import { ReloadWatch, type ReloadHost } from './reload-watch';

export interface EntryHost extends ReloadHost {
  /** The entry point has changed; null: the run goes on. */
  changed(): void;
  /** Leaves the entry point, for the reason of the sentence. */
  leaveEntry(why: string): void;
}

export interface EntryOptions {
  /** Command of a kernel with `{connection_file}`; without it no kernel is offered. */
  kernelArgv?: readonly string[];
  /** Process whose end is the end of the run. */
  ownerPid: number;
}

export class Entry {
  point: EntryPoint | null = null;
  private reload: ReloadWatch | null = null;
  private readonly kernels = new Map<string, FileKernel>();

  constructor(
    private readonly host: EntryHost,
    private readonly options: EntryOptions,
  ) {}

  /** Rank 0 stands at an entry point; told again after a lost connection. */
  begin(news: Record<string, unknown>): void {
    const point = EntryPoints.find((name) => name === news['entry']);
    if (!point) return;
    this.over();
    this.point = point;
    if (point === 'reload') this.reload = new ReloadWatch(textOrEmpty(news['reload']), textOrEmpty(news['script']), this.host);
    if (point === 'jupyter') this.kernel(dirname(textOrEmpty(news['flag'])), news['connection_given'] === true)?.wanted();
    this.host.changed();
  }

  /** The run goes on. A kernel stays for its clients: their cells run at later steps. Idempotent. */
  over(): void {
    if (!this.point) return;
    this.point = null;
    this.reload?.close();
    this.reload = null;
    for (const kernel of this.kernels.values()) kernel.unwanted();
    this.host.changed();
  }

  /** Ends the kernels and removes their files. Idempotent. */
  async close(): Promise<void> {
    this.over();
    await Promise.all([...this.kernels.values()].map((kernel) => kernel.close()));
  }

  /** libyt's files lie in the working folder of the simulation, which is that of a flag file without a path. */
  private kernel(folder: string, given: boolean): FileKernel | null {
    if (!this.options.kernelArgv) return null;
    const key = `${folder}\0${given}`;
    let kernel = this.kernels.get(key);
    if (!kernel) {
      const options: FileKernelOptions = {
        argv: this.options.kernelArgv,
        ownerPid: this.options.ownerPid,
        connectionFile: join(folder, 'libyt_kernel_connection.json'),
        pidFile: join(folder, 'libyt_kernel_pid.txt'),
        given,
        warn: (sentence) => this.host.warn(sentence),
        refresh: (fd) => this.host.refresh(fd),
        shutDown: () => {
          if (this.point === 'jupyter') this.host.leaveEntry('the kernel was shut down');
        },
      };
      this.kernels.set(key, (kernel = new FileKernel(options)));
    }
    return kernel;
  }
}
