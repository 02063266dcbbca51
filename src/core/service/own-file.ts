import { createHash } from 'node:crypto';

const sumLine = /^# sum ([0-9a-f]{32}): /;
const sumLength = 32;

/** Whose file stands there: one that we made and nobody changed since, or one that is the owner's now. */
export type Authorship = 'ours' | 'changed' | 'foreign';

/** A text of ours: its first line says who made it, its second tells whether somebody changed it since. */
export function sealText(mark: string, body: string): string {
  return `${mark}\n# sum ${sumOf(body)}: without local changes groundmist may replace this file\n${body}`;
}

/** What has our mark and no sum is of a version that wrote none, and ours. */
export function authorshipOf(text: string, mark: string): Authorship {
  if (!text.startsWith(`${mark}\n`)) return 'foreign';
  const rest = text.slice(mark.length + 1);
  const sum = sumLine.exec(rest)?.[1];
  if (sum === undefined) return 'ours';
  return sumOf(rest.slice(rest.indexOf('\n') + 1)) === sum ? 'ours' : 'changed';
}

function sumOf(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, sumLength);
}
