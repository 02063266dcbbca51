import { guessTitle } from '../../core/content/title.ts';
import { painter, type Paint, type Tone } from '../../platform/colour.ts';
import { cutToWidth, fitToWidth, padBefore, padToWidth } from '../../platform/columns.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { count, formatBytes, formatTime } from '../../platform/format.ts';
import type { InspectedDocument } from './documents.ts';
import type { Page } from './inspection.ts';

/** What a listing says of a document, ready to be shown. */
interface Cells {
  readonly id: string;
  readonly title: string;
  readonly tone: Tone;
  readonly changes: string;
  readonly actors: string;
  readonly size: string;
  readonly lastEdit: string;
  readonly type: string;
  /** Changes, actors and size in words. */
  readonly amounts: string;
}

const titles: Cells = {
  id: 'DOCUMENT',
  title: 'TITLE',
  tone: 'faint',
  changes: 'CHANGES',
  actors: 'ACTORS',
  size: 'SIZE',
  lastEdit: 'LAST EDIT',
  type: 'TYPE',
  amounts: '',
};

const widths = { id: 28, changes: 9, actors: 6, size: 8, lastEdit: 20 } as const;
const gap = '  ';
const numbersWidth = widths.changes + widths.actors + widths.size + widths.lastEdit + 3 * gap.length;
/** Of all in one line but title and type; those need some room to be worth it. */
const fixedWidth = widths.id + numbersWidth + 3 * gap.length;
const narrowestFlexible = 40;
const narrowestType = 12;
/** A type may be as long as an NSID, 317 characters; beyond it is not one. */
const longestType = 320;

/** A document of a listing, on as many lines as the terminal needs. */
export function documentRow(document: InspectedDocument, page: Page): string {
  return layOut(cellsOf(document), page);
}

/** What the columns are called; empty where a terminal is too narrow for columns. */
export function headingRow({ width, paint }: Page): string {
  if (isList(width)) return '';
  const lines = layOut(titles, { width, paint: painter({ hasColor: false }) }).split('\n');
  return `\n${lines.map((line) => paint('faint', line)).join('\n')}`;
}

function cellsOf({ facts, reading }: InspectedDocument): Cells {
  const { id, sizeBytes, changedAt } = facts;
  const stored = { id, size: formatBytes(sizeBytes) };
  if (reading.kind === 'damaged') {
    const unknown = {
      tone: 'problem',
      title: 'cannot be read',
      changes: '–',
      actors: '–',
      type: '–',
      amounts: stored.size,
    } as const;
    return { ...stored, ...unknown, lastEdit: formatTime(changedAt) };
  }
  const { changeCount, actorCount, editedAt, type = '–', content } = reading.content;
  return {
    ...stored,
    tone: 'text',
    title: escapeUnprintable(guessTitle(content) ?? '–'),
    changes: changeCount.toLocaleString('en-US'),
    actors: actorCount.toLocaleString('en-US'),
    // Where no change says when it was made, it was before it was written here.
    lastEdit: formatTime(editedAt ?? changedAt),
    type: escapeUnprintable(type.slice(0, longestType)),
    amounts: `${count(changeCount, 'change')}, ${count(actorCount, 'actor')}, ${stored.size}`,
  };
}

/** In one line, in two, or in five, as the terminal is wide. An id is never cut: it is what one copies. */
function layOut(cells: Cells, page: Page): string {
  const { width } = page;
  if (width >= fixedWidth + narrowestFlexible) return inOneLine(cells, page);
  return isList(width) ? asList(cells, page) : inTwoLines(cells, page);
}

function isList(width: number): boolean {
  return width < numbersWidth + gap.length + narrowestType;
}

function inOneLine(cells: Cells, { width, paint }: Page): string {
  const flexible = width - fixedWidth;
  const titleWidth = Math.ceil(flexible / 2);
  const title = paint(cells.tone, fitToWidth(cells.title, titleWidth));
  const type = paint('faint', cutToWidth(cells.type, flexible - titleWidth));
  return [idOf(cells, paint), title, numbersOf(cells), type].join(gap);
}

function inTwoLines(cells: Cells, { width, paint }: Page): string {
  const title = cutToWidth(cells.title, width - widths.id - gap.length);
  const type = cutToWidth(cells.type, width - numbersWidth - gap.length);
  return `${idOf(cells, paint)}${gap}${paint(cells.tone, title)}\n${numbersOf(cells)}${gap}${paint('faint', type)}`;
}

function asList({ id, title, tone, amounts, lastEdit, type }: Cells, { width, paint }: Page): string {
  const cut = (text: string): string => cutToWidth(`${gap}${text}`, width);
  const lines = [paint(tone, cut(title)), cut(amounts), cut(lastEdit), paint('faint', cut(type))];
  return [paint('key', id), ...lines].join('\n');
}

function idOf({ id }: Cells, paint: Paint): string {
  return paint('key', padToWidth(id, widths.id));
}

function numbersOf({ changes, actors, size, lastEdit }: Cells): string {
  return [
    padBefore(changes, widths.changes),
    padBefore(actors, widths.actors),
    padBefore(size, widths.size),
    padToWidth(lastEdit, widths.lastEdit),
  ].join(gap);
}
