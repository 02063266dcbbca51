import { guessTitle } from '../../core/content/title.ts';
import { cutToWidth, fitToWidth, padBefore, padToWidth } from '../../platform/columns.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { count, formatBytes, formatTime } from '../../platform/format.ts';
import type { Terminal } from '../../platform/terminal.ts';
import type { InspectedDocument } from './documents.ts';
import { lineWidth } from './inspection.ts';
import type { Listing } from './listing.ts';

/** What a listing says of a document, ready to be shown. */
interface Cells {
  readonly id: string;
  readonly title: string;
  readonly changes: string;
  readonly actors: string;
  readonly size: string;
  readonly lastChange: string;
  readonly type: string;
  /** Changes, actors and size in words. */
  readonly amounts: string;
}

const titles: Cells = {
  id: 'DOCUMENT',
  title: 'TITLE',
  changes: 'CHANGES',
  actors: 'ACTORS',
  size: 'SIZE',
  lastChange: 'LAST CHANGE',
  type: 'TYPE',
  amounts: '',
};

const widths = { id: 28, changes: 9, actors: 6, size: 8, lastChange: 20 } as const;
const gap = '  ';
const numbersWidth = widths.changes + widths.actors + widths.size + widths.lastChange + 3 * gap.length;
/** Of all in one line but title and type; those need some room to be worth it. */
const fixedWidth = widths.id + numbersWidth + 3 * gap.length;
const narrowestFlexible = 40;
const narrowestType = 12;
/** A type may be as long as an NSID, 317 characters; beyond it is not one. */
const longestType = 320;

/** A table for a person, with a heading per namespace and the sum at the end; each document is written as it comes. */
export class TableListing implements Listing {
  readonly #terminal: Terminal;
  #namespace: string | undefined;
  #documents = 0;
  #damaged = 0;
  #bytes = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  async add(document: InspectedDocument): Promise<void> {
    if (this.#namespace !== document.namespace) await this.#head(document.namespace);
    this.#documents += 1;
    this.#bytes += document.facts.sizeBytes;
    if (document.reading.kind === 'damaged') this.#damaged += 1;
    await this.#terminal.result(layOut(cellsOf(document), lineWidth(this.#terminal)));
  }

  async end(): Promise<void> {
    const damaged = this.#damaged === 0 ? '' : `, ${this.#damaged.toLocaleString('en-US')} cannot be read`;
    const sum = `${count(this.#documents, 'document')}, ${formatBytes(this.#bytes)}${damaged}`;
    await this.#terminal.result(this.#namespace === undefined ? sum : `\n${sum}`);
  }

  async #head(namespace: string): Promise<void> {
    const between = this.#namespace === undefined ? '' : '\n';
    this.#namespace = namespace;
    const width = lineWidth(this.#terminal);
    const heading = isList(width) ? '' : `\n${layOut(titles, width)}`;
    await this.#terminal.result(`${between}${namespace}\n${heading}`);
  }
}

function cellsOf({ facts, reading }: InspectedDocument): Cells {
  const { id, sizeBytes, changedAt } = facts;
  const stored = { id, size: formatBytes(sizeBytes) };
  if (reading.kind === 'damaged') {
    const unknown = { title: 'cannot be read', changes: '–', actors: '–', type: '–', amounts: stored.size };
    return { ...stored, ...unknown, lastChange: formatTime(changedAt) };
  }
  const { changeCount, actorCount, editedAt, type = '–', content } = reading.content;
  return {
    ...stored,
    title: escapeUnprintable(guessTitle(content) ?? '–'),
    changes: changeCount.toLocaleString('en-US'),
    actors: actorCount.toLocaleString('en-US'),
    lastChange: formatTime(editedAt ?? changedAt),
    type: escapeUnprintable(type.slice(0, longestType)),
    amounts: `${count(changeCount, 'change')}, ${count(actorCount, 'actor')}, ${stored.size}`,
  };
}

/** In one line, in two, or in five, as the terminal is wide. An id is never cut: it is what one copies. */
function layOut(cells: Cells, width: number): string {
  if (width >= fixedWidth + narrowestFlexible) return inOneLine(cells, width);
  return isList(width) ? asList(cells, width) : inTwoLines(cells, width);
}

function isList(width: number): boolean {
  return width < numbersWidth + gap.length + narrowestType;
}

function inOneLine(cells: Cells, width: number): string {
  const flexible = width - fixedWidth;
  const titleWidth = Math.ceil(flexible / 2);
  const type = cutToWidth(cells.type, flexible - titleWidth);
  return [idOf(cells), fitToWidth(cells.title, titleWidth), numbersOf(cells), type].join(gap);
}

function inTwoLines(cells: Cells, width: number): string {
  const title = cutToWidth(cells.title, width - widths.id - gap.length);
  const type = cutToWidth(cells.type, width - numbersWidth - gap.length);
  return `${idOf(cells)}${gap}${title}\n${numbersOf(cells)}${gap}${type}`;
}

function asList({ id, title, amounts, lastChange, type }: Cells, width: number): string {
  return [id, ...[title, amounts, lastChange, type].map((line) => cutToWidth(`${gap}${line}`, width))].join(
    '\n',
  );
}

function idOf({ id }: Cells): string {
  return padToWidth(id, widths.id);
}

function numbersOf({ changes, actors, size, lastChange }: Cells): string {
  return [
    padBefore(changes, widths.changes),
    padBefore(actors, widths.actors),
    padBefore(size, widths.size),
    padToWidth(lastChange, widths.lastChange),
  ].join(gap);
}
