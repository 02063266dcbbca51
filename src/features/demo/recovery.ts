import { z } from 'zod';
import { Failure } from '../../core/failure.ts';

const shownDiary = z.object({ content: z.object({ entries: z.array(z.string()) }) });

/** The entries of a diary in what `inspect --json` says of it. */
export function readEntries(inspected: string): readonly string[] {
  return shownDiary.parse(JSON.parse(inspected)).content.entries;
}

/** `42 of 42`. Fails where an entry that was acknowledged is not stored, or is stored twice. */
export function countRecovered(acknowledged: readonly string[], stored: readonly string[]): string {
  const lost = acknowledged.filter((entry) => !stored.includes(entry));
  const found = `${acknowledged.length - lost.length} of ${acknowledged.length}`;
  if (lost.length > 0) {
    throw new Failure(
      'Internal',
      `Only ${found} acknowledged edits are on the disk. These are lost: ${lost.join('; ')}.`,
    );
  }
  if (new Set(stored).size < stored.length) throw new Failure('Internal', 'The disk holds an edit twice.');
  return found;
}
