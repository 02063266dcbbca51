import type { Urgency } from '../fence/job.ts';
import type { ChangeGraph } from '../graph/change-graph.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { DurableHost, DurableListener } from './durable-host.ts';
import { bytesOf, judgeChunks } from './judged-chunks.ts';
import { sourceOf, vouch } from './load-graph.ts';
import { buildGraph } from './stored-graph.ts';

/**
 * Has Automerge judge what was stored since it last did, and sets aside what it refuses, with what builds on that. The
 * graph of what is left where something was set aside; undefined where all is well, or nothing is said of the changes: where what
 * was opened before cannot be opened any more, that is damage and not their fault.
 */
export async function judgeStored(
  id: DocumentId,
  host: DurableHost,
  listener: DurableListener,
  urgency: Urgency,
): Promise<ChangeGraph | undefined> {
  const { store, fence } = host;
  const stored = await store.load(id);
  const throughSequence = stored?.chunks.at(-1)?.sequence;
  if (!stored || throughSequence === undefined) return undefined;
  const judged = await judgeChunks(stored, fence, urgency);
  if (judged.kind === 'unreadable')
    listener.damaged(`Automerge no longer opens what it did: ${judged.reason}`);
  if (judged.kind !== 'judged') return undefined;
  const { good, refused, reason } = judged;
  const left = reason === undefined ? undefined : await buildGraph(good, sourceOf(id, host, urgency));
  if (left && reason !== undefined) {
    const sequences = refused.map(({ sequence }) => sequence);
    await store.setAside(id, { sequences, reason, heads: left.graph.heads });
    listener.changesRefused(bytesOf(judged.culprits), reason);
  }
  await vouch(id, { interiors: new Map(), throughSequence }, host, listener);
  return left?.graph;
}
