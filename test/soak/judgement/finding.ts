/** What was found of one thing that is watched. */
export interface Finding {
  readonly name: string;
  readonly verdict: 'well' | 'bad' | 'not judged';
  /** What was seen, and what may be. */
  readonly sentence: string;
}

const mebibyte = 2 ** 20;
const kibibyte = 2 ** 10;

/** From so long on, everything must be judged, and must have happened. */
export const fullSeconds = 900;

export function inMebibytes(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(1)} MiB`;
}

export function inKibibytes(bytes: number): string {
  return `${(bytes / kibibyte).toFixed(1)} KiB`;
}
