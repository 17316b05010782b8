/** A refusal of the command line: one sentence and an exit code. */
export class Failure extends Error {
  constructor(
    message: string,
    /** 1: it could not be done; 2: wrong use. */
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}
