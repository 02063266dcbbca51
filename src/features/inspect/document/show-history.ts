import { newestFirst, type HistoricChange } from '../../../core/content/history.ts';
import { painter } from '../../../platform/colour.ts';
import { cutToWidth, padBefore } from '../../../platform/columns.ts';
import { escapeUnprintable, printableJson } from '../../../platform/escape.ts';
import { count, formatTime, isoTime } from '../../../platform/format.ts';
import { lineWidth, type Inspection, type Page } from '../inspection.ts';
import type { DocumentQuestion, DocumentTarget } from '../question.ts';
import { jsonListLines, printLines } from './lines.ts';
import { askOne, identityOf, momentOf } from './open.ts';

const shortHash = 10;
const shortActor = 8;
const timeWidth = 20;
const operationsWidth = 11;
/** Of all columns before the message, with the gaps after them. */
const columnsWidth = shortHash + timeWidth + shortActor + operationsWidth + 4 * 2;
const narrowestMessage = 20;

/** The changes that made a state, the newest first. */
export function showHistory(
  inspection: Inspection,
  target: DocumentTarget,
  { moment: named, limit }: Extract<DocumentQuestion, { kind: 'history' }>,
): Promise<void> {
  return askOne(inspection, target, async (one) => {
    const moment = momentOf(one, named);
    const all = newestFirst(moment.changes);
    const changes = all.slice(0, limit);
    if (inspection.isJson) {
      const head = printableJson({ ...identityOf(one), heads: moment.heads, total: all.length });
      return await printLines(inspection, jsonListLines(head, 'changes', mapped(changes, changeJson)));
    }
    const { terminal } = inspection;
    const paint = painter(terminal);
    if (all.length === 0) return await terminal.result('The document has no changes.');
    const width = lineWidth(terminal);
    const page = { width, paint };
    const line = width < columnsWidth + narrowestMessage ? changeInLines : changeLine;
    if (line === changeLine) await terminal.result(paint('faint', heading()));
    await printLines(
      inspection,
      mapped(changes, (change) => line(change, page)),
    );
    if (changes.length < all.length) terminal.note(`These are the newest of ${count(all.length, 'change')}.`);
  });
}

function changeJson({
  hash,
  madeAt,
  actor,
  seq,
  message,
  operationCount,
  dependencies,
}: HistoricChange): string {
  return printableJson({
    hash,
    time: isoTime(madeAt),
    actor,
    seq,
    message: message ?? null,
    operations: operationCount,
    dependencies,
  });
}

function heading(): string {
  const columns = ['CHANGE'.padEnd(shortHash), 'TIME'.padEnd(timeWidth), 'ACTOR'.padEnd(shortActor)];
  return [...columns, 'OPERATIONS'.padStart(operationsWidth), 'MESSAGE'].join('  ');
}

function changeLine(change: HistoricChange, { width, paint }: Page): string {
  const columns = [
    paint('special', change.hash.slice(0, shortHash)),
    formatTime(change.madeAt).padEnd(timeWidth),
    paint('key', change.actor.slice(0, shortActor).padEnd(shortActor)),
    padBefore(change.operationCount.toLocaleString('en-US'), operationsWidth),
  ];
  return [...columns, messageOf(change, width - columnsWidth)].join('  ').trimEnd();
}

/** Where a terminal is too narrow for columns. */
function changeInLines(change: HistoricChange, { width, paint }: Page): string {
  const { hash, madeAt, actor, operationCount } = change;
  const facts = `  ${actor.slice(0, shortActor)}, ${count(operationCount, 'operation')}`;
  const message = messageOf(change, width - 2);
  const lines = [cutToWidth(`  ${formatTime(madeAt)}`, width), cutToWidth(facts, width)];
  return [
    paint('special', hash.slice(0, shortHash)),
    ...lines,
    ...(message === '' ? [] : [`  ${message}`]),
  ].join('\n');
}

function messageOf({ message = '' }: HistoricChange, width: number): string {
  return cutToWidth(escapeUnprintable(message.slice(0, width)), width);
}

function* mapped<From, To>(all: Iterable<From>, map: (one: From) => To): Generator<To> {
  for (const one of all) yield map(one);
}
