import { newestFirst, type HistoricChange } from '../../../core/content/history.ts';
import { painter, type Paint } from '../../../platform/colour.ts';
import { cutToWidth, padBefore } from '../../../platform/columns.ts';
import { escapeUnprintable, printableJson } from '../../../platform/escape.ts';
import { count, formatTime, isoTime } from '../../../platform/format.ts';
import { lineWidth, type Inspection } from '../inspection.ts';
import type { DocumentQuestion, DocumentTarget } from '../question.ts';
import { jsonListLines, printLines } from './lines.ts';
import { askOne, identityOf, momentOf } from './open.ts';

const shortHash = 10;
const shortActor = 8;
const operationsWidth = 11;

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
    await terminal.result(paint('faint', heading()));
    await printLines(
      inspection,
      mapped(changes, (change) => changeLine(change, width, paint)),
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
  const columns = ['CHANGE'.padEnd(shortHash), 'TIME'.padEnd(20), 'ACTOR'.padEnd(shortActor)];
  return [...columns, 'OPERATIONS'.padStart(operationsWidth), 'MESSAGE'].join('  ');
}

function changeLine(change: HistoricChange, width: number, paint: Paint): string {
  const columns = [
    paint('special', change.hash.slice(0, shortHash)),
    formatTime(change.madeAt).padEnd(20),
    paint('key', change.actor.slice(0, shortActor).padEnd(shortActor)),
    padBefore(change.operationCount.toLocaleString('en-US'), operationsWidth),
  ];
  const used = shortHash + 20 + shortActor + operationsWidth + columns.length * 2;
  const message = cutToWidth(
    escapeUnprintable((change.message ?? '').slice(0, width)),
    Math.max(20, width - used),
  );
  return [...columns, message].join('  ').trimEnd();
}

function* mapped<From, To>(all: Iterable<From>, map: (one: From) => To): Generator<To> {
  for (const one of all) yield map(one);
}
