import * as Automerge from '@automerge/automerge';
import { temporaryFolder, type TemporaryFolder } from '../../../support/folder.ts';
import { ids, writeStore, type PlainDocument } from '../../../support/plain-store.ts';

export const richNamespace = 'xyz.groundmist.library';
export const [richId, otherId] = ids;

/** Noon of the 20th, one and two days later; in seconds, as changes have it. */
const noon = Date.UTC(2025, 10, 20, 12) / 1000;
const day = 86_400;

type Content = Record<string, unknown>;

/** A document with a bit of everything, the same bytes each time: by two actors in three changes, one of them in conflict. */
export function richDocument(): Automerge.Doc<Content> {
  const empty = Automerge.init<Content>({ actor: 'aa'.repeat(16) });
  const first = Automerge.change(empty, { time: noon, message: 'begin' }, (draft) => {
    Object.assign(draft, {
      $type: 'xyz.groundmist.library.entry',
      title: 'A note',
      body: 'the cat sat',
      bytes: new Uint8Array(40).fill(0x89),
      when: new Date(Date.UTC(2025, 10, 21)),
      read: new Automerge.Counter(4),
      tags: ['one', 'two', 'three'],
      gone: { soon: true },
      link: `automerge:${otherId}`,
    });
  });
  const other = Automerge.clone(first, { actor: 'bb'.repeat(16) });
  const mine = Automerge.change(first, { time: noon + day }, (draft) => {
    draft['title'] = 'Mine';
    Automerge.splice(draft, ['body'], 4, 3, 'dog');
    Automerge.mark(draft, ['body'], { start: 0, end: 3, expand: 'none' }, 'bold', true);
    (draft['read'] as Automerge.Counter).increment(2);
  });
  const theirs = Automerge.change(
    other,
    { time: noon + 2 * day, message: 'their\u001b[31m\nmessage' },
    (draft) => {
      draft['title'] = 'Theirs';
      (draft['tags'] as string[]).splice(1, 1, 'deux', 'due');
      delete draft['gone'];
    },
  );
  return Automerge.merge(mine, theirs);
}

/** The hashes of its changes, the oldest first. */
export const richHashes: readonly string[] = Automerge.getAllChanges(richDocument()).map(
  (change) => Automerge.decodeChange(change).hash,
);

/** A data directory with that document: in one chunk, or each change as it came. */
export function richFolder(form: 'snapshot' | 'changes' = 'snapshot'): TemporaryFolder {
  const document = richDocument();
  const chunks = form === 'snapshot' ? [Automerge.save(document)] : Automerge.getAllChanges(document);
  const heads = [...Automerge.getHeads(document)].toSorted();
  return folderOf({ id: richId, chunks, heads, changedAt: Date.UTC(2025, 10, 23) });
}

export function folderOf(document: PlainDocument): TemporaryFolder {
  const folder = temporaryFolder();
  writeStore(folder.path, richNamespace, [document]);
  return folder;
}
