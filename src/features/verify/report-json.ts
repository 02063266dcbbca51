import { relative } from 'node:path';
import { documentUrl } from '../../core/store/document-id.ts';
import type { ChunkFinding, DocumentReport } from '../../core/verify/document-report.ts';
import type { VerifyEvent } from '../../core/verify/event.ts';
import { isoTime } from '../../platform/format.ts';
import type { Tally } from './tally.ts';

/** One line of the report, as docs/json.md describes it. */
export function eventJson(event: VerifyEvent, dataDirectory: string): object {
  switch (event.kind) {
    case 'document':
      return documentJson(event.report, dataDirectory);
    case 'store': {
      const { namespace, finding } = event;
      const file = finding.path === undefined ? null : relative(dataDirectory, finding.path);
      return { kind: 'store', namespace, file, problem: finding.problem };
    }
    case 'file': {
      const { path: file, problem, advice } = event.finding;
      return { kind: 'file', file, problem, advice };
    }
    case 'note':
      return { kind: 'note', note: event.sentence };
  }
}

/** The last line. */
export function summaryJson(tally: Tally): object {
  const { documents, chunks, bytes, damagedDocuments, damagedChunks, damagedFiles, waiting } = tally;
  return {
    kind: 'summary',
    documents,
    chunks,
    bytes,
    damagedDocuments,
    damagedChunks,
    damagedFiles,
    waitingChanges: waiting,
  };
}

function documentJson(report: DocumentReport, dataDirectory: string): object {
  const { namespace, id, findings, problems } = report;
  return {
    kind: 'document',
    namespace,
    id,
    url: documentUrl(id),
    damaged: findings.map((finding) => findingJson(finding, dataDirectory)),
    problems,
    ...lossJson(report),
  };
}

/** What is lost of a document, and what survives. */
export function lossJson({ lost, survives }: DocumentReport): object {
  return {
    lost: { changes: lost.changeCount ?? null, hashes: lost.hashes, heads: lost.heads },
    survives: {
      loads: survives.loads,
      heads: survives.heads,
      changes: survives.changeCount,
      waitingChanges: survives.waitingCount,
    },
  };
}

function findingJson({ number, chunk, kind, problem, author }: ChunkFinding, dataDirectory: string): object {
  return {
    chunk: number,
    type: kind,
    bytes: chunk.bytes?.length ?? null,
    file: chunk.path === undefined ? null : relative(dataDirectory, chunk.path),
    problem,
    actor: author?.actor ?? null,
    time: isoTime(author?.time),
  };
}
