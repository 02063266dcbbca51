import * as Automerge from '@automerge/automerge';

type DecodedChange = ReturnType<typeof Automerge.decodeChange>;
type Content = Record<string, unknown>;

/** What `edit` makes of a copy, and nothing in the document itself. */
export function changeOn(
  doc: Automerge.Doc<Content>,
  edit: (content: Content) => void,
  actor?: string,
): Uint8Array {
  const copy = Automerge.clone(doc, actor === undefined ? {} : { actor });
  const change = Automerge.getLastLocalChange(Automerge.change(copy, { time: 0 }, edit));
  if (!change) throw new Error('nothing was changed');
  return change;
}

/** The change with other content, under a valid hash. */
export function tamper(change: Uint8Array, spoil: (decoded: DecodedChange) => void): Uint8Array {
  const decoded = structuredClone(Automerge.decodeChange(change));
  spoil(decoded);
  return Automerge.encodeChange({ ...decoded, hash: null } as unknown as DecodedChange);
}

/**
 * A change on top of `doc`, which has `kept`: it says to replace that, under another name. Clients take it in, and cannot
 * load what they then save.
 */
export function poisonousChange(doc: Automerge.Doc<Content>, actor: string): Uint8Array {
  return tamper(
    changeOn(doc, (content) => void (content['kept'] = 1), actor),
    ({ ops }) => {
      for (const operation of ops) Object.assign(operation, { key: 'zzz' });
    },
  );
}

/** A change on top of `doc`, whose `list` is a list: it writes to that as if it were a map. Only Automerge sees it. */
export function badChange(doc: Automerge.Doc<Content>, actor?: string): Uint8Array {
  const list = Automerge.getObjectId(doc['list']);
  const change = changeOn(doc, (content) => void (content['written'] = 1), actor);
  return tamper(change, ({ ops }) => {
    for (const operation of ops) Object.assign(operation, { obj: list, key: 'written' });
  });
}
