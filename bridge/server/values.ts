/** Reading values that came over a wire: what is not of the expected type becomes the neutral value. */

/** The string, or "" for anything else. */
export function textOrEmpty(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
