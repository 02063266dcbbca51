import { documentJson } from '../../../core/content/document-json.ts';
import type { NamedMoment } from '../../../core/content/moment.ts';
import { seeDocument, type SeenDocument } from '../../../core/content/seen-document.ts';
import { guessTitle } from '../../../core/content/title.ts';
import type { Heads } from '../../../core/store/document-store.ts';
import { painter } from '../../../platform/colour.ts';
import { cutToWidth } from '../../../platform/columns.ts';
import { escapeUnprintable, printableJson } from '../../../platform/escape.ts';
import { count, formatBytes, formatTime } from '../../../platform/format.ts';
import { takeTurn } from '../../../platform/turn.ts';
import { listedJson } from '../document-json.ts';
import type { Inspection } from '../inspection.ts';
import type { DocumentTarget } from '../question.ts';
import { contentLines } from './content-lines.ts';
import { printLines } from './lines.ts';
import { markLines } from './mark-lines.ts';
import { findOne, momentOf, openOne, type OpenedOne, type StoredOne } from './open.ts';

/** One document: its facts, then its content. */
export async function showContent(
  inspection: Inspection,
  target: DocumentTarget,
  named: NamedMoment | undefined,
): Promise<void> {
  const stored = await findOne(inspection, target);
  const opened = await openOne(inspection, stored);
  if (typeof opened === 'string') return await showDamaged(inspection, stored, opened);
  using one = opened;
  const seen = lookOrTell(inspection, one, named);
  await takeTurn(inspection.signal);
  if (typeof seen === 'string') return await showDamaged(inspection, stored, seen);
  if (!inspection.isJson) return await show(inspection, one, seen);
  await inspection.terminal.result(printableJson(documentJson(target.namespace, one.facts, seen)));
}

/** What is seen, or the sentence why it cannot be: content may nest too deep for any reader. */
function lookOrTell(
  { damage }: Inspection,
  one: OpenedOne,
  named: NamedMoment | undefined,
): SeenDocument | string {
  const moment = momentOf(one, named);
  try {
    return seeDocument(one.opened, moment);
  } catch (error) {
    return damage.add(`${one.target.namespace} ${one.url}`, error);
  }
}

const mostHeads = 10;
const widestType = 320;

type Fact = readonly [name: string, value: string];

async function show(inspection: Inspection, one: OpenedOne, seen: SeenDocument): Promise<void> {
  const { terminal } = inspection;
  const paint = painter(terminal);
  await printFacts(inspection, one, factsOf(one, seen));
  const root = one.opened.at(seen.heads);
  await printLines(inspection, [
    '',
    ...one.opened.ask(({ automerge }) => contentLines(automerge, root, paint)),
  ]);
  await printLines(inspection, markLines(seen, paint));
}

async function showDamaged(inspection: Inspection, stored: StoredOne, error: string): Promise<void> {
  const { facts, url } = stored;
  const { namespace } = stored.target;
  if (inspection.isJson) {
    const json = listedJson({ namespace, url, facts, reading: { kind: 'damaged', error } });
    return await inspection.terminal.result(printableJson(json));
  }
  await printFacts(inspection, stored, [['namespace', namespace], ...storedFacts(stored), ['error', error]]);
}

async function printFacts(
  { terminal }: Inspection,
  { url }: StoredOne,
  facts: readonly Fact[],
): Promise<void> {
  const paint = painter(terminal);
  const lines = facts.map(([name, value]) => paint('faint', name.padEnd(13)) + escapeUnprintable(value));
  await terminal.result([paint('title', url), ...lines].join('\n'));
}

function factsOf(one: OpenedOne, seen: SeenDocument): readonly Fact[] {
  const { type, heads, changeCount, operationCount, actorCount, editedAt } = seen;
  const { conflictCount, linkCount, marks } = seen;
  const isLatest = heads.join() === one.opened.heads.join();
  const title = guessTitle(seen.content);
  const changes = `${changeCount.toLocaleString('en-US')} by ${count(actorCount, 'actor')}`;
  const conflicts =
    conflictCount === 0 ? 'none' : `${conflictCount.toLocaleString('en-US')}, see --conflicts`;
  return [
    ['namespace', one.target.namespace],
    ['type', type === undefined ? '–' : cutToWidth(type, widestType)],
    ...(title === undefined ? [] : [['title', title] as const]),
    ...(isLatest ? [] : [['state', 'of the past'] as const]),
    ...headFacts(heads),
    ['changes', isLatest ? changes : `${changes}, of ${one.history.changes.length.toLocaleString('en-US')}`],
    ['operations', operationCount.toLocaleString('en-US')],
    ['last edit', formatTime(editedAt)],
    ['conflicts', conflicts],
    ['links', linkCount.toLocaleString('en-US')],
    ...(marks.length === 0 ? [] : [['marks', marks.length.toLocaleString('en-US')] as const]),
    ...storedFacts(one),
  ];
}

function headFacts(heads: Heads): readonly Fact[] {
  const facts = heads.slice(0, mostHeads).map((head, index): Fact => [index === 0 ? 'heads' : '', head]);
  const left = heads.length - mostHeads;
  return left > 0 ? [...facts, ['', `… ${left.toLocaleString('en-US')} more`]] : facts;
}

function storedFacts({ facts }: StoredOne): readonly Fact[] {
  return [
    ['chunks', facts.chunkCount.toLocaleString('en-US')],
    ['size', formatBytes(facts.sizeBytes)],
    ['last change', formatTime(facts.changedAt)],
  ];
}
