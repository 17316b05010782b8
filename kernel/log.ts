/** A line for the operator (Jupyter's terminal or log), never part of a cell's output. */
export type Log = (text: string) => void;

/** Writes to standard error; after Jupyter has gone that pipe is broken, which must not end the kernel by EPIPE. */
export function stderrLog(): Log {
  let broken = false;
  process.stderr.on('error', () => {
    broken = true;
  });
  return (text) => {
    if (!broken) process.stderr.write(`allranks kernel: ${text}\n`);
  };
}

/** Any thrown value as one sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
