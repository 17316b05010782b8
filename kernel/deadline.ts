/** Waits that end. */
import { ExecutorError } from './executor';

/**
 * The promise, or a rejection with code `timeout` after `ms` milliseconds.
 * @param what subject of the error's sentence, e.g. "the completion".
 */
export function withDeadline<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new ExecutorError('timeout', `${what} did not come within ${ms / 1000} s`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Resolves when the promise has settled either way, at the latest after `ms` milliseconds. Never rejects. */
export function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  return new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    promise.then(done, done);
  });
}
