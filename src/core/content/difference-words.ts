import { cutToWidth } from '../../platform/columns.ts';
import type { Difference, TextEdit } from './differences.ts';
import { excerpt, surroundings } from './excerpt.ts';
import type { Json } from './json.ts';
import { pathText } from './path.ts';

/** A difference as one line for a person: what happened where. */
export interface DifferenceLine {
  readonly path: string;
  readonly words: string;
  readonly tone: 'added' | 'removed' | 'changed';
}

const valueWidth = 60;
const contextUnits = 24;
const mostEdits = 20;
const mostItems = 5;

/** The lines that tell a difference: one, but for a text that was edited in several places. Long values are cut. */
export function* differenceLines(difference: Difference): Generator<DifferenceLine> {
  if (difference.kind !== 'edited') {
    yield { path: pathText(difference.path), ...wordsOf(difference) };
    return;
  }
  const path = pathText(difference.path);
  for (const edit of difference.edits.slice(0, mostEdits))
    yield { path, ...editWords(edit, difference.after) };
  const others = difference.edits.length - mostEdits;
  if (others > 0) yield { path, tone: 'changed', words: `and ${others.toLocaleString('en-US')} more edits` };
}

type Words = Omit<DifferenceLine, 'path'>;

function wordsOf(difference: Exclude<Difference, { kind: 'edited' }>): Words {
  switch (difference.kind) {
    case 'added':
      return { tone: 'added', words: `added ${later(difference)}` };
    case 'removed':
      return { tone: 'removed', words: `removed ${short(difference.before)}` };
    case 'changed':
      return { tone: 'changed', words: `${short(difference.before)} became ${later(difference)}` };
    case 'counted': {
      const { by, after } = difference;
      return { tone: 'changed', words: `counter ${by < 0 ? '' : '+'}${by}, now ${short(after)}` };
    }
    case 'inserted':
      return { tone: 'added', words: `inserted ${itemWords(difference.items)}` };
    case 'deleted':
      return { tone: 'removed', words: `removed ${itemWords(difference.items)}` };
    case 'marked':
      return { tone: 'changed', words: markWords(difference) };
    case 'block':
      return { tone: 'changed', words: `the block at ${difference.index} changed` };
    case 'conflict':
      return { tone: 'changed', words: 'came into conflict; the value stayed' };
  }
}

function markWords({ start, end, name, value }: Extract<Difference, { kind: 'marked' }>): string {
  const range = `${start}–${end}`;
  if (value === null) return `${range} is no longer marked ${short(name)}`;
  return `${range} marked ${short(name)}: ${short(value)}`;
}

function itemWords(items: readonly Json[]): string {
  const shown = items.slice(0, mostItems).map(short).join(', ');
  if (items.length === 1) return shown;
  const more = items.length > mostItems ? ', …' : '';
  return `${items.length.toLocaleString('en-US')} items: ${shown}${more}`;
}

/** `at 4: the [-cat-]{+dog+} sat`, as `git diff --word-diff` shows words. */
function editWords({ index, inserted, deleted }: TextEdit, text: string): Words {
  const { before, after } = surroundings(text, index, index + inserted.length, contextUnits);
  const minus = deleted === '' ? '' : `[-${cutToWidth(deleted, valueWidth)}-]`;
  const plus = inserted === '' ? '' : `{+${cutToWidth(inserted, valueWidth)}+}`;
  const tones = { plus: 'added', minus: 'removed' } as const;
  const tone = minus === '' ? tones.plus : plus === '' ? tones.minus : 'changed';
  return { tone, words: `at ${index}: ${before}${minus}${plus}${after}`.replaceAll('\n', '\\n') };
}

function later({ after, isCounter }: { readonly after: Json; readonly isCounter?: true }): string {
  return short(after) + (isCounter ? ' (counter)' : '');
}

function short(value: Json): string {
  return excerpt(value, valueWidth);
}
