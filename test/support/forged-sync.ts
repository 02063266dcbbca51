import * as Automerge from '@automerge/automerge';

/** A sync message that forces these changes on its reader, whatever was said before. */
export function forceChanges(heads: Automerge.Heads, changes: readonly Automerge.Change[]): Uint8Array {
  const have = [{ lastSync: [], bloom: new Uint8Array() }];
  return Automerge.encodeSyncMessage({ heads, need: [], have, changes: [...changes] });
}

/** A sync message with all of a document. */
export function forceWhole(doc: Automerge.Doc<unknown>): Uint8Array {
  return forceChanges(Automerge.getHeads(doc), Automerge.getAllChanges(doc));
}
