import { escapeUnprintable, printableJson, printableJsonLines } from '../../platform/escape.ts';
import type { Json } from '../../core/content/json.ts';
import { documentJson } from './document-json.ts';
import type { InspectedDocument } from './documents.ts';
import { count, formatBytes, formatTime } from '../../platform/format.ts';
import type { Inspection } from './inspection.ts';

const longestString = 400;

/** One document for a person: its facts, then its content as JSON with very long strings cut. */
export async function showDocument({ terminal }: Inspection, document: InspectedDocument): Promise<void> {
  const facts = factsOf(document).map(([name, value]) => `${name.padEnd(13)}${escapeUnprintable(value)}`);
  await terminal.result([document.url, ...facts].join('\n'));
  if (document.reading.kind === 'damaged') return;
  await terminal.result(`\n${printableJsonLines(cutStrings(document.reading.content.content))}`);
}

export async function showDocumentJson({ terminal }: Inspection, document: InspectedDocument): Promise<void> {
  await terminal.result(printableJson(documentJson(document)));
}

function factsOf({ namespace, facts, reading }: InspectedDocument): readonly (readonly [string, string])[] {
  const stored = [
    ['chunks', facts.chunkCount.toLocaleString('en-US')],
    ['size', formatBytes(facts.sizeBytes)],
    ['last change', formatTime(facts.changedAt)],
  ] as const;
  if (reading.kind === 'damaged') return [['namespace', namespace], ...stored, ['error', reading.error]];
  const { type, heads, changeCount, operationCount } = reading.content;
  return [
    ['namespace', namespace],
    ['type', type ?? '–'],
    ...heads.map((head, index) => [index === 0 ? 'heads' : '', head] as const),
    ['changes', changeCount.toLocaleString('en-US')],
    ['operations', operationCount.toLocaleString('en-US')],
    ...stored,
  ];
}

/** The length is that of the whole string; `--json` and `--dump` never cut. */
function cutStrings(value: Json): Json {
  if (typeof value === 'string') return cut(value);
  if (Array.isArray(value)) return value.map(cutStrings);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cut(key), cutStrings(item)]));
}

function cut(text: string): string {
  if (text.length <= longestString) return text;
  return `${text.slice(0, longestString)}… (${count(text.length, 'character')} in all)`;
}
