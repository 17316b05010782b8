/** What ends or interrupts the process from outside: signals, and the death of the Jupyter that started it. */

export interface LifetimeEvents {
  interrupt(): void;
  /** @param reason a sentence for the log. */
  end(reason: string): void;
}

/** How often the parent is looked at, ms. */
const POLL_MS = 1000;

/**
 * Listens until the returned function is called (idempotent). The parent is watched only if Jupyter says who it is
 * (JPY_PARENT_PID): a kernel started by hand outlives its shell.
 */
export function watchLifetime(events: LifetimeEvents, environment: NodeJS.ProcessEnv = process.env): () => void {
  const onInterrupt = (): void => events.interrupt();
  const onEnd = (signal: NodeJS.Signals): void => events.end(`received ${signal}`);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onEnd);
  process.on('SIGHUP', onEnd);
  const timer = watchParent(events, environment['JPY_PARENT_PID']);
  return () => {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onEnd);
    process.off('SIGHUP', onEnd);
    if (timer !== undefined) clearInterval(timer);
  };
}

function watchParent(events: LifetimeEvents, parentPid: string | undefined): NodeJS.Timeout | undefined {
  const pid = Number(parentPid);
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  const launcher = process.ppid;
  // A launcher between Jupyter and us may already have gone; then only Jupyter itself is watched.
  const timer = setInterval(() => {
    if (process.ppid !== launcher && launcher === pid) events.end('the process that started the kernel has gone');
    else if (!isAlive(pid)) events.end('the Jupyter that started the kernel has gone');
  }, POLL_MS);
  timer.unref();
  return timer;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Any other error, such as EPERM, says that there is such a process.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
