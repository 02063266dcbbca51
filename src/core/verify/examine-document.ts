import type { Fence } from '../fence/fence.ts';
import { unpackHashes } from '../fence/hashes.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { sameHeads } from '../store/heads.ts';
import type { LaidDocument } from '../store/laid-document.ts';
import { chunkAuthor, chunkKind } from './chunk-author.ts';
import { closureOf, type Closure } from './closure.ts';
import type { ChunkFinding, DocumentReport, Loss } from './document-report.ts';
import { openChunks, type OpenedChunk } from './opened-chunks.ts';
import { openTogether, type Whole } from './open-together.ts';

/** Looks at every chunk of a document and at all of them together: what is damaged, what is lost with it, what survives. */
export async function examineDocument(
  namespace: Namespace,
  laid: LaidDocument,
  fence: Pick<Fence, 'open' | 'compact' | 'judge'>,
): Promise<DocumentReport> {
  const alone = await openChunks(laid, fence);
  const { opened, whole } = await openTogether(alone, fence);
  const good = opened.filter(({ problem }) => problem === undefined);
  const closure = closureOf(
    good.flatMap(({ inside }) => inside),
    good.flatMap(({ changes }) => changes),
  );
  const findings = [...damageOf(opened), ...strangeInteriors(opened)];
  const lost = lossOf(laid, opened, closure);
  return {
    namespace,
    id: laid.id,
    chunkCount: laid.chunks.length,
    sizeBytes: laid.chunks.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0),
    findings,
    problems: problemsOf(laid, { whole, closure, findings }),
    lost,
    survives: {
      loads: whole.loads,
      heads: whole.heads,
      changeCount: closure.present.size,
      waitingCount: closure.waiting.size,
    },
    cure: {
      aside: opened.filter(({ problem }) => problem !== undefined).map(({ chunk }) => chunk),
      heads: recordedHeads(whole, closure),
      interiors: soundInteriors(good),
    },
  };
}

/** Those a store records: of what loads; where nothing does, of what waits. */
function recordedHeads({ heads }: Whole, { waitingHeads }: Closure): readonly string[] {
  return heads.length > 0 ? heads : waitingHeads;
}

function damageOf(opened: readonly OpenedChunk[]): readonly ChunkFinding[] {
  return opened.flatMap(({ chunk, problem }, index) => {
    if (problem === undefined) return [];
    const kind = chunkKind(chunk.bytes);
    return { number: index + 1, chunk, kind, problem, author: chunkAuthor(chunk.bytes), isSound: false };
  });
}

/** Hashes that are kept beside a chunk and are not those inside it. */
function strangeInteriors(opened: readonly OpenedChunk[]): readonly ChunkFinding[] {
  return opened.flatMap(({ chunk, problem, interior }, index) => {
    if (problem !== undefined || chunk.interior === undefined) return [];
    if (interior && Buffer.from(interior).equals(chunk.interior)) return [];
    const told = 'its bytes are whole, and the list of its changes that is kept beside it is not theirs';
    return {
      number: index + 1,
      chunk,
      kind: chunkKind(chunk.bytes),
      problem: told,
      author: undefined,
      isSound: true,
    };
  });
}

function soundInteriors(good: readonly OpenedChunk[]): ReadonlyMap<number, Uint8Array> {
  const interiors = new Map<number, Uint8Array>();
  for (const { chunk, interior } of good) {
    if (chunk.sequence !== undefined && interior !== undefined) interiors.set(chunk.sequence, interior);
  }
  return interiors;
}

function lossOf(laid: LaidDocument, opened: readonly OpenedChunk[], closure: Closure): Loss {
  const { present, waiting, missing } = closure;
  const isHere = (hash: string): boolean => present.has(hash) || waiting.has(hash);
  const heads = (laid.record ?? laid.known)?.heads.filter((hash) => !present.has(hash)) ?? [];
  const damaged = opened.filter(({ problem }) => problem !== undefined).map(({ chunk }) => chunk);
  const inside = damaged.flatMap(({ interior }) => (interior ? unpackHashes(interior) : []));
  const hashes = new Set([...heads, ...missing, ...inside].filter((hash) => !isHere(hash)));
  const isCounted = damaged.every(({ bytes, interior }) => interior ?? chunkKind(bytes) === 'change');
  const loose = damaged.filter(({ interior }) => interior === undefined).length;
  const gone = new Set(inside.filter((hash) => !isHere(hash))).size + loose;
  const changeCount =
    isCounted && goneFiles(laid, closure).length === 0 ? Math.max(gone, hashes.size) : undefined;
  return { changeCount, hashes: [...hashes].toSorted(), heads };
}

interface Looked {
  readonly whole: Whole;
  readonly closure: Closure;
  readonly findings: readonly ChunkFinding[];
}

function problemsOf(laid: LaidDocument, { whole, closure, findings }: Looked): readonly string[] {
  const problems = whole.problem === undefined ? [] : [whole.problem];
  const { record, chunks } = laid;
  if (record === undefined) return [...problems, ...goneFiles(laid, closure)];
  if (record.chunkCount !== chunks.length) {
    problems.push(`The store recorded ${record.chunkCount} chunks, and ${chunks.length} are there.`);
  }
  const sizeBytes = chunks.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
  const isReadable = chunks.every(({ bytes }) => bytes !== undefined);
  if (isReadable && record.chunkCount === chunks.length && record.sizeBytes !== sizeBytes) {
    problems.push(`The store recorded ${record.sizeBytes} bytes, and ${sizeBytes} are there.`);
  }
  const isRight = sameHeads(record.heads, recordedHeads(whole, closure));
  const isExplained = findings.some(({ isSound }) => !isSound);
  if (!isRight && !isExplained && whole.problem === undefined) {
    problems.push('The chunks give other heads than the store recorded.');
  }
  return problems;
}

/** Where every head is there other software has compacted: then nothing is lost. */
function goneFiles({ known, chunks }: LaidDocument, { present }: Closure): readonly string[] {
  if (known === undefined || known.heads.every((hash) => present.has(hash))) return [];
  const gone = known.files.filter((file) => !chunks.some(({ path }) => path?.endsWith(`/${file}`)));
  return gone.map((file) => `Its file ${file} is gone.`);
}
