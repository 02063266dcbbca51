import { CutOffError } from './byte-cursor.ts';
import { TooMuchError } from './row-count.ts';

/** Why chunks are not looked at: they are `broken`, or would cost `too much`. */
export type Refusal = 'broken' | 'too much';

/** What an error that was thrown over a chunk says about it; throws what says nothing. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof CutOffError) return 'broken';
  if (error instanceof TooMuchError) return 'too much';
  throw error;
}
