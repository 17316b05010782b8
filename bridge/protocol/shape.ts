/**
 * Checks of values that came over a wire or out of a file, and their types: a few combinators, since a library for schemas costs
 * more at the start of a kernel, and for each message of a cell, than all the rest of the work. Members that a shape does not
 * name are left as they are. Pure.
 */

/** What a value must look like; `T` is the type of those that do. */
export interface Shape<T> {
  /** Path of the first member that does not fit, "" for the value itself; null when everything fits. */
  fault(value: unknown): string | null;
  /** Only for the type. */
  readonly of?: T;
}

/** Type of the values that fit. */
export type Infer<S> = S extends Shape<infer T> ? T : never;

type Members = Record<string, Shape<unknown>>;
type OptionalKeys<M extends Members> = { [K in keyof M]: undefined extends Infer<M[K]> ? K : never }[keyof M];
type Known<M extends Members> = { [K in Exclude<keyof M, OptionalKeys<M>>]: Infer<M[K]> } & { [K in OptionalKeys<M>]?: Infer<M[K]> };
type Flat<T> = { [K in keyof T]: T[K] };

const test = <T>(fits: (value: unknown) => boolean): Shape<T> => ({ fault: (value) => (fits(value) ? null : '') });
const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

export const boolean = test<boolean>((value) => typeof value === 'boolean');
/** Any number: the time of a simulation that has gone wrong may be NaN. */
export const number = test<number>((value) => typeof value === 'number');
/** A number that is not less than `least`. */
export const atLeast = (least: number): Shape<number> => test((value) => typeof value === 'number' && value >= least);
/** A whole number from `least` to the largest that is exact. */
export const wholeNumber = (least: number): Shape<number> => test((value) => Number.isSafeInteger(value) && (value as number) >= least);
export const string = test<string>((value) => typeof value === 'string');
/** At most `most` UTF-16 units, at least `least`. */
export const boundedString = (least: number, most: number): Shape<string> => test((value) => typeof value === 'string' && value.length >= least && value.length <= most);
/** Any value; it may also be absent. */
export const unknown = test<unknown>(() => true);
export const bytes = test<Uint8Array>((value) => value instanceof Uint8Array);
/** A map with members of any type. */
export const record = test<Record<string, unknown>>(isMap);
export const oneOf = <const T extends string>(names: readonly T[]): Shape<T> => test((value) => (names as readonly unknown[]).includes(value));
export const nullable = <T>(shape: Shape<T>): Shape<T | null> => ({ fault: (value) => (value === null ? null : shape.fault(value)) });
export const optional = <T>(shape: Shape<T>): Shape<T | undefined> => ({ fault: (value) => (value === undefined ? null : shape.fault(value)) });

export function array<T>(item: Shape<T>): Shape<T[]> {
  return {
    fault(value) {
      if (!Array.isArray(value)) return '';
      for (let i = 0; i < value.length; i += 1) {
        const fault = item.fault(value[i]);
        if (fault !== null) return join(String(i), fault);
      }
      return null;
    },
  };
}

/** A map from strings to values of one shape. */
export function mapOf<T>(item: Shape<T>): Shape<Record<string, T>> {
  return {
    fault(value) {
      if (!isMap(value)) return '';
      for (const key of Object.keys(value)) {
        const fault = item.fault(value[key]);
        if (fault !== null) return join(key, fault);
      }
      return null;
    },
  };
}

/** A map with the given members. */
export function object<M extends Members>(members: M): Shape<Flat<Known<M>>> {
  const keys = Object.keys(members);
  const shapes = Object.values(members);
  return {
    fault(value) {
      if (!isMap(value)) return '';
      // By number: this is done for every message, and taking pairs apart costs more than most of the checks.
      for (let i = 0; i < keys.length; i += 1) {
        const fault = shapes[i]!.fault(value[keys[i]!]);
        if (fault !== null) return join(keys[i]!, fault);
      }
      return null;
    },
  };
}

/** One of several maps, told apart by the string in their member `tag`. */
export function union<const K extends string, V extends Record<string, Members>>(tag: K, variants: V): Shape<{ [N in keyof V]: Flat<{ [T in K]: N } & Known<V[N]>> }[keyof V]> {
  const shapes = new Map(Object.entries(variants).map(([name, members]) => [name, object(members)]));
  return {
    fault(value) {
      if (!isMap(value)) return '';
      const name = value[tag];
      const shape = typeof name === 'string' ? shapes.get(name) : undefined;
      return shape === undefined ? tag : shape.fault(value);
    },
  };
}

function join(key: string, rest: string): string {
  return rest === '' ? key : `${key}.${rest}`;
}
