/** Numbers for what a front end may look into: each stands for a path from the namespace, so that no value is kept for it. */
import { textOrEmpty } from '../values';

export type Path = readonly unknown[];

export interface Variable {
  name: string;
  value: string;
  type: string;
  /** 0: nothing is below it. */
  variablesReference: number;
}

/** Paths remembered; a front end asks for what it shows. */
const MOST_PATHS = 100_000;

export class VariablePaths {
  private readonly paths = new Map<number, Path>();
  private next = 1;

  clear(): void {
    this.paths.clear();
  }

  /** Path of a number; that of 0 is the namespace. */
  of(reference: number): Path | undefined {
    return reference === 0 ? [] : this.paths.get(reference);
  }

  /** What lies below `path`, from the rank's list. */
  describe(path: Path, listed: unknown): Variable[] {
    const variables: Variable[] = [];
    for (const item of Array.isArray(listed) ? (listed as Record<string, unknown>[]) : []) {
      const more = item['more'] === true && this.paths.size < MOST_PATHS;
      variables.push({
        name: textOrEmpty(item['name']),
        value: textOrEmpty(item['value']),
        type: textOrEmpty(item['type']),
        variablesReference: more ? this.add([...path, item['step']]) : 0,
      });
    }
    return variables;
  }

  private add(path: Path): number {
    const number = this.next;
    this.next += 1;
    this.paths.set(number, path);
    return number;
  }
}
