/** Waiting for events in tests: every wait has a limit, and tells what did not happen. */
import { EventEmitter, once } from 'node:events';
import { existsSync, watch } from 'node:fs';

/** Rejects with a sentence and `report()` when `promise` has not settled after `limitMs`. */
export async function within<T>(promise: Promise<T>, limitMs: number, what: string, report: () => string = () => ''): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${limitMs / 1000} s\n${report()}`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** First defined value of `look`, which is asked now and whenever something changes in one of `folders`; folders may appear later, parents first. */
export function whenFiles<T>(
  folders: readonly string[],
  look: () => T | undefined,
  limitMs: number,
  what: string,
  report?: () => string,
): Promise<T> {
  const watchers = new Map<string, { close(): void }>();
  const found = new Promise<T>((resolve, reject) => {
    const check = (): void => {
      try {
        // Before the look: what changes after it gives an event.
        for (const folder of folders) if (!watchers.has(folder) && existsSync(folder)) watchers.set(folder, watch(folder, check));
        const value = look();
        if (value !== undefined) resolve(value);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    check();
  });
  return within(found, limitMs, what, report).finally(() => {
    for (const watcher of watchers.values()) watcher.close();
  });
}

/** Text that grows; tests wait for what it holds. */
export class GrowingText {
  text = '';
  private readonly events = new EventEmitter().setMaxListeners(0);

  add(data: unknown): void {
    this.text += String(data);
    this.events.emit('more');
  }

  /** Resolves when it has grown. */
  async more(): Promise<void> {
    await once(this.events, 'more');
  }

  /** Resolves with the match as soon as the text has one. */
  async match(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.text);
      if (found) return found;
      await once(this.events, 'more');
    }
  }
}
