/** What a case of abuse is, and how its cell must end. */

export interface Abuse {
  /** What the cell does, as the end of the sentence "survives ...". */
  title: string;
  code: string;
  /** Undefined: the cell is ok. Else the error that it ends with on all ranks. */
  error?: { ename: string; evalue?: RegExp };
  /** Text that stdout must hold (a cell that got as far as it should has printed it). */
  prints?: string;
  /** Text that stderr must match. */
  complains?: RegExp;
  /** The next cell says, besides what it prints, that hooks of this one were removed. */
  removed?: true;
  /** The very next cell, which needs what this one has broken: it is ok. */
  next?: string;
  /** The result of the cell. */
  result?: string;
  /** A cell that runs after the first health check and proves that what the abuse changed is as before; it must print `prints`. */
  after?: { code: string; prints: string };
}

/** The refusal of a call that would end the simulation. */
export function refused(call: string): NonNullable<Abuse['error']> {
  return { ename: 'PermissionError', evalue: new RegExp(`^${call.replace(/[.()]/g, '\\$&')}: `) };
}
