import { documentType, readChunks } from '../format/chunk.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { DurableHost, DurableListener } from './durable-host.ts';
import { vouch } from './load-graph.ts';

/**
 * Has Automerge open a document that is stored as one claim, as most new ones are, and writes down what it says: without a graph,
 * for nobody waits for one. Undefined where it is stored otherwise.
 */
export async function openClaim(
  id: DocumentId,
  host: DurableHost,
  listener: DurableListener,
): Promise<'opened' | 'refused' | undefined> {
  const { store, fence } = host;
  const stored = await store.load(id);
  const [claim, ...others] = stored?.chunks ?? [];
  if (!claim || claim.hasInterior || others.length > 0 || stored?.damaged.length !== 0) return undefined;
  const [chunk, ...further] = readChunks(claim.bytes) ?? [];
  if (chunk?.type !== documentType || further.length > 0) return undefined;
  const { sequence } = claim;
  const opened = await fence.open(claim.bytes, 'background');
  if (opened.kind === 'refused') {
    await store.setAside(id, { sequences: [sequence], reason: opened.reason, heads: [] });
    listener.claimRefused(opened.reason);
    return 'refused';
  }
  await vouch(
    id,
    { interiors: new Map([[sequence, opened.interior]]), throughSequence: sequence },
    host,
    listener,
  );
  return 'opened';
}
