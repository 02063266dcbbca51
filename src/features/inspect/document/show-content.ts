import { contentAt, type DocumentContent } from '../../../core/content/content.ts';
import { findHidden } from '../../../core/content/hidden.ts';
import { findLinks } from '../../../core/content/links.ts';
import { readMarks, type TextMark } from '../../../core/content/marks.ts';
import type { NamedMoment } from '../../../core/content/moment.ts';
import { guessTitle } from '../../../core/content/title.ts';
import type { Heads } from '../../../core/store/document-store.ts';
import { painter } from '../../../platform/colour.ts';
import { cutToWidth } from '../../../platform/columns.ts';
import { escapeUnprintable, printableJson } from '../../../platform/escape.ts';
import { count, formatBytes, formatTime } from '../../../platform/format.ts';
import { listedJson } from '../document-json.ts';
import type { Inspection } from '../inspection.ts';
import type { DocumentTarget } from '../question.ts';
import { contentLines } from './content-lines.ts';
import { printLines } from './lines.ts';
import { markLines } from './mark-lines.ts';
import { findOne, momentOf, openOne, type OpenedOne, type StoredOne } from './open.ts';

/** What a document says at a moment, with what its content does not show. */
interface Seen {
  readonly content: DocumentContent;
  readonly conflictCount: number;
  readonly linkCount: number;
  readonly marks: readonly TextMark[];
}

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
  if (typeof seen === 'string') return await showDamaged(inspection, stored, seen);
  if (inspection.isJson) await inspection.terminal.result(printableJson(seenJson(one, seen)));
  else await show(inspection, one, seen);
}

/** What is seen, or the sentence why it cannot be: content may nest too deep for any reader. */
function lookOrTell({ damage }: Inspection, one: OpenedOne, named: NamedMoment | undefined): Seen | string {
  try {
    return look(one, named);
  } catch (error) {
    return damage.add(`${one.target.namespace} ${one.url}`, error);
  }
}

function look(one: OpenedOne, named: NamedMoment | undefined): Seen {
  const content = contentAt(one.opened, momentOf(one, named));
  const { heads } = content;
  const { conflicts, markedTexts } = findHidden(one.opened, heads);
  return {
    content,
    conflictCount: conflicts.length,
    linkCount: findLinks(content.content).length,
    marks: readMarks(one.opened, heads, markedTexts),
  };
}

function seenJson({ target: { namespace }, url, facts }: StoredOne, seen: Seen): object {
  const { content } = seen;
  return {
    ...listedJson({ namespace, url, facts, reading: { kind: 'content', content } }),
    conflicts: seen.conflictCount,
    links: seen.linkCount,
    content: content.content,
    marks: seen.marks,
  };
}

const mostHeads = 10;
const widestType = 320;

type Fact = readonly [name: string, value: string];

async function show(inspection: Inspection, one: OpenedOne, seen: Seen): Promise<void> {
  const { terminal } = inspection;
  const paint = painter(terminal);
  await printFacts(inspection, one, factsOf(one, seen));
  const root = one.opened.at(seen.content.heads);
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

function factsOf(one: OpenedOne, { content, conflictCount, linkCount, marks }: Seen): readonly Fact[] {
  const { type, heads, changeCount, operationCount, actorCount, editedAt } = content;
  const isLatest = heads.join() === one.opened.heads.join();
  const title = guessTitle(content.content);
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
