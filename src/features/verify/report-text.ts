import { relative } from 'node:path';
import { documentUrl } from '../../core/store/document-id.ts';
import type { ChunkFinding, DocumentReport } from '../../core/verify/document-report.ts';
import type { VerifyEvent } from '../../core/verify/event.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { count, formatBytes, formatTime } from '../../platform/format.ts';
import type { Tally } from './tally.ts';

const mostHashes = 5;

/** What is damaged, in words: where, what is wrong, what is lost, what survives. */
export function eventText(event: VerifyEvent, dataDirectory: string): string {
  switch (event.kind) {
    case 'document':
      return documentText(event.report, dataDirectory);
    case 'store': {
      const { namespace, finding } = event;
      const path = finding.path === undefined ? '' : ` (${relative(dataDirectory, finding.path)})`;
      return escapeUnprintable(`${namespace}${path}: ${sentence(finding.problem)}`);
    }
    case 'file': {
      const { path, problem, advice } = event.finding;
      return [`${path}: ${problem}`, `  ${advice}`].map(escapeUnprintable).join('\n');
    }
    case 'note':
      return escapeUnprintable(event.sentence);
  }
}

/** The last words. */
export function summaryText(tally: Tally): string {
  const { documents, chunks, bytes, damagedDocuments, damagedFiles, waiting } = tally;
  const looked = `${count(documents, 'document')}, ${count(chunks, 'chunk')}, ${formatBytes(bytes)} checked`;
  const damage = [
    ...(damagedDocuments > 0 ? [`${count(damagedDocuments, 'document')} damaged`] : []),
    ...(damagedFiles > 0 ? [`${count(damagedFiles, 'problem')} with files`] : []),
  ];
  const waits = waiting > 0 ? ` ${count(waiting, 'change')} stored, waiting for others that are not.` : '';
  return `${looked}: ${damage.length > 0 ? damage.join(', ') : 'all as it was stored'}.${waits}`;
}

function documentText(report: DocumentReport, dataDirectory: string): string {
  const { namespace, id, findings, problems } = report;
  return [
    `${namespace} ${documentUrl(id)} is damaged.`,
    ...findings.map((finding) => `  ${findingText(finding, report.chunkCount, dataDirectory)}`),
    ...problems.map((problem) => `  ${problem}`),
    ...lossText(report),
  ]
    .map(escapeUnprintable)
    .join('\n');
}

/** What is lost of a document, and what survives. */
export function lossText(report: DocumentReport): readonly string[] {
  return [`  Lost: ${lostText(report)}`, `  Survives: ${survivesText(report)}`];
}

function findingText(
  { number, chunk, kind, problem, author }: ChunkFinding,
  chunkCount: number,
  dataDirectory: string,
): string {
  const size = chunk.bytes === undefined ? '' : `, ${formatBytes(chunk.bytes.length)}`;
  const file = chunk.path === undefined ? '' : `, ${relative(dataDirectory, chunk.path)}`;
  const by = author ? ` By its own words of ${formatTime(author.time)}, by ${author.actor}.` : '';
  const what = { document: 'a whole document', change: 'a change', unknown: 'no Automerge chunk' }[kind];
  return `Chunk ${number} of ${chunkCount} (${what}${size}${file}): ${problem}.${by}`;
}

function lostText({ lost }: DocumentReport): string {
  const { changeCount, hashes, heads } = lost;
  const unreachable = heads.length > 0 ? ` ${count(heads.length, 'head')} cannot be reached any more.` : '';
  if (changeCount === 0) return `no change that is known of.${unreachable}`;
  const amount = changeCount === undefined ? 'changes, nobody knows how many' : count(changeCount, 'change');
  const named = hashes.length > 0 ? `: ${shortened(hashes)}` : '';
  return `${amount}${named}.${unreachable}`;
}

function survivesText({ survives }: DocumentReport): string {
  const { loads, heads, changeCount, waitingCount } = survives;
  const waits = waitingCount > 0 ? ` ${count(waitingCount, 'change')} wait for what is lost.` : '';
  if (!loads) return `nothing that opens.${waits}`;
  return `${count(changeCount, 'change')}, which open as a document with the heads ${shortened(heads)}.${waits}`;
}

function shortened(hashes: readonly string[]): string {
  const shown = hashes.slice(0, mostHashes).join(', ');
  return hashes.length > mostHashes ? `${shown} and ${hashes.length - mostHashes} more` : shown;
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
