import type { Fence } from '../fence/fence.ts';
import { closureOf, type Closure } from './closure.ts';
import type { OpenedChunk } from './opened-chunks.ts';

/** What the good chunks of a document are together. */
export interface Whole {
  readonly loads: boolean;
  readonly heads: readonly string[];
  /** Why they cannot be opened as one, a sentence; undefined where they can, or none of them is blamed. */
  readonly problem: string | undefined;
}

export interface Together {
  /** As they were given, with those that Automerge refuses on top of the others marked. */
  readonly opened: readonly OpenedChunk[];
  readonly whole: Whole;
}

type Opener = Pick<Fence, 'compact' | 'judge'>;
const nothing: Whole = { loads: false, heads: [], problem: undefined };

/** Has Automerge open what is good as one document; where it does not, finds out which changes it refuses. */
export async function openTogether(alone: readonly OpenedChunk[], fence: Opener): Promise<Together> {
  const first = await tryTogether(alone, fence);
  if (first.problem === undefined) return { opened: alone, whole: first };
  const judged = await judge(alone, fence);
  if (judged === undefined) return { opened: alone, whole: first };
  return { opened: judged, whole: await tryTogether(judged, fence) };
}

async function tryTogether(opened: readonly OpenedChunk[], fence: Opener): Promise<Whole> {
  const good = opened.filter(({ problem }) => problem === undefined);
  const [only, ...others] = good;
  if (only === undefined) return nothing;
  const isOneDocument = others.length === 0 && only.interior !== undefined;
  if (isOneDocument) return { loads: true, heads: only.heads, problem: undefined };
  const { present } = closureOfGood(good);
  if (present.size === 0) return nothing;
  const made = await fence.compact(bytesOf(good));
  if (made.kind === 'refused') {
    return { ...nothing, problem: `Automerge does not open the whole of it: ${made.reason}.` };
  }
  return { loads: true, heads: made.heads, problem: undefined };
}

/** The same with those marked that Automerge refuses; undefined where it cannot be told. */
async function judge(
  opened: readonly OpenedChunk[],
  fence: Opener,
): Promise<readonly OpenedChunk[] | undefined> {
  const good = opened.filter(({ problem }) => problem === undefined);
  const { waiting } = closureOfGood(good);
  const isWaiting = ({ changes }: OpenedChunk): boolean => changes.some(({ hash }) => waiting.has(hash));
  const base = good.filter((one) => !isAddition(one));
  const additions = good.filter((one) => isAddition(one) && !isWaiting(one));
  const judgement = await fence.judge(bytesOf(base), bytesOf(additions), 'background');
  if (judgement.kind !== 'judged') return undefined;
  const refused = new Map(
    judgement.refused
      .filter(({ isFollowing }) => !isFollowing)
      .map(({ index, reason }) => [additions[index], reason]),
  );
  return opened.map((one) => {
    const reason = refused.get(one);
    return reason === undefined ? one : { ...one, problem: `Automerge refuses it: ${reason}`, changes: [] };
  });
}

/** One change by itself, which can be taken away by itself. */
function isAddition({ changes, inside }: OpenedChunk): boolean {
  return changes.length === 1 && inside.length === 0;
}

function bytesOf(chunks: readonly OpenedChunk[]): readonly Uint8Array[] {
  return chunks.flatMap(({ chunk }) => chunk.bytes ?? []);
}

function closureOfGood(good: readonly OpenedChunk[]): Closure {
  return closureOf(
    good.flatMap(({ inside }) => inside),
    good.flatMap(({ changes }) => changes),
  );
}
