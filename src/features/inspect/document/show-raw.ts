import { describeChunks, type DescribedChunk } from '../../../core/content/chunks.ts';
import { painter } from '../../../platform/colour.ts';
import { cutToWidth, padBefore } from '../../../platform/columns.ts';
import { printableJson } from '../../../platform/escape.ts';
import { count, formatBytes } from '../../../platform/format.ts';
import { lineWidth, type Inspection, type Page } from '../inspection.ts';
import type { DocumentTarget } from '../question.ts';
import { jsonListLines, printLines } from './lines.ts';
import { findOne, identityOf, readOne } from './open.ts';
import { Failure } from '../../../core/failure.ts';

const shortHash = 10;

/** The chunks of a document as they are stored, whether Automerge reads them or not. */
export async function showRaw(inspection: Inspection, target: DocumentTarget): Promise<void> {
  const stored = await findOne(inspection, target);
  const { chunks } = await readOne(inspection, target);
  const described = chunks.map((bytes): Described => ({ bytes, parts: describeChunks(bytes) }));
  if (inspection.isJson) {
    const head = printableJson(identityOf(stored));
    await printLines(inspection, jsonListLines(head, 'chunks', jsonOf(described)));
  } else {
    const page = { width: lineWidth(inspection.terminal), paint: painter(inspection.terminal) };
    if (!isList(page)) await inspection.terminal.result(page.paint('faint', heading));
    await printLines(inspection, linesOf(described, page));
  }
  const damagedCount = described.filter(({ parts }) => parts.some(({ isWhole }) => !isWhole)).length;
  if (damagedCount === 0) return;
  throw new Failure('StoreDamaged', `${count(damagedCount, 'chunk')} of ${stored.url} cannot be trusted.`);
}

interface Described {
  readonly bytes: Uint8Array;
  /** What is stored as one has several inside where changes came together. */
  readonly parts: readonly DescribedChunk[];
}

function* jsonOf(chunks: readonly Described[]): Generator<string> {
  for (const [index, { bytes, parts }] of chunks.entries()) {
    const shown = parts.map(({ kind, sizeBytes, hash, isWhole, changeCount }) => {
      return { kind, size: sizeBytes, hash: hash ?? null, whole: isWhole, changes: changeCount ?? null };
    });
    yield printableJson({ number: index + 1, size: bytes.length, parts: shown, bytes: bytes.toBase64() });
  }
}

const heading = `${'CHUNK'.padStart(6)}  ${'SIZE'.padStart(10)}  ${'KIND'.padEnd(17)}  ${'HASH'.padEnd(shortHash)}  CHANGES`;

function* linesOf(chunks: readonly Described[], page: Page): Generator<string> {
  for (const [index, { parts }] of chunks.entries()) {
    for (const [place, part] of parts.entries()) {
      const number = parts.length > 1 ? `${index + 1}.${place + 1}` : `${index + 1}`;
      yield (isList(page) ? partInLines : partLine)(number, part, page);
    }
  }
}

function partLine(number: string, part: DescribedChunk, { paint }: Page): string {
  const columns = [
    padBefore(number, 6),
    padBefore(formatBytes(part.sizeBytes), 10),
    paint('key', part.kind.padEnd(17)),
    paint('special', (part.hash ?? '–').slice(0, shortHash).padEnd(shortHash)),
    padBefore(part.changeCount?.toLocaleString('en-US') ?? '–', 7),
  ];
  const damage = damageOf(part);
  return [...columns, ...(damage === '' ? [] : [paint('removed', damage)])].join('  ');
}

/** Where a terminal is too narrow for columns. */
function partInLines(number: string, part: DescribedChunk, { width, paint }: Page): string {
  const { changeCount } = part;
  const changes = changeCount === undefined ? [] : [count(changeCount, 'change')];
  const hash = part.hash === undefined ? [] : [part.hash.slice(0, shortHash)];
  const facts = [part.kind, formatBytes(part.sizeBytes), ...changes].join(', ');
  const lines = [facts, ...hash].map((line) => cutToWidth(`  ${line}`, width));
  const damage = damageOf(part);
  return [
    paint('key', number),
    ...lines,
    ...(damage === '' ? [] : [paint('removed', cutToWidth(`  ${damage}`, width))]),
  ].join('\n');
}

function damageOf({ isWhole, hash }: DescribedChunk): string {
  if (isWhole) return '';
  return hash === undefined ? 'damaged' : 'its content is none';
}

/** The columns, and what is said of damage after them. */
function isList({ width }: Page): boolean {
  return width < heading.length + 2 + 'its content is none'.length;
}
