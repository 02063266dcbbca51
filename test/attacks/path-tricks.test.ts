import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { from } from '@automerge/automerge';
import { TestApp } from '../support/app.ts';
import { base58 } from '../support/base58.ts';
import { dataTree } from '../support/data-tree.ts';
import { forceWhole } from '../support/forged-sync.ts';
import { untilWaiting, waitingApprovals } from '../support/owner.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { newDocumentId } from '../support/sync-document.ts';
import { World } from '../support/world.ts';

// Threat: a name that an app sends becomes a path, and leads out of its folder, into another's, or to a file of ours.
// Proves the row "path tricks in names" of SECURITY.md, and of docs/protocol.md the form of
// `lexiconAuthorityDomain` and "document ids: base58check of 16 bytes".

const library = 'xyz.groundmist.library';

let world: World;
let app: TestApp;
let url: string;
beforeAll(async () => {
  world = await World.start();
  app = await TestApp.create(world.owner);
  url = await world.admit(library, app);
  const peer = await RawPeer.join(url);
  await peer.upload(newDocumentId(), from({ honest: true }));
  peer.close();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** Whatever `work` does, the data directory has the same files as before, and its neighbours nothing new. */
async function expectNoFile(work: () => Promise<void>): Promise<void> {
  const before = dataTree(world.dataDirectory);
  await work();
  expect(dataTree(world.dataDirectory)).toEqual(before);
  for (const outside of ['etc', 'documents.sqlite', 'xyz'])
    expect(existsSync(join(world.dataDirectory, '..', outside))).toBe(false);
}

describe('a namespace', () => {
  const label = 'a'.repeat(63);
  const tricks: readonly (readonly [why: string, namespace: string])[] = [
    ['is empty', ''],
    ['is one label', 'xyz'],
    ['climbs', '..'],
    ['climbs by slashes', '../../etc'],
    ['climbs in the middle', 'xyz.groundmist/../library'],
    ['climbs by backslashes', '..\\..\\etc'],
    ['climbs percent-encoded', '%2e%2e%2f%2e%2e%2fetc'],
    ['has an encoded slash', 'xyz.groundmist%2flibrary'],
    ['climbs in labels', 'xyz...library'],
    ['has a slash', 'xyz/groundmist'],
    ['has a backslash', 'xyz\\groundmist.library'],
    ['is an absolute path', '/etc.passwd'],
    ['has a drive', 'c:.windows'],
    ['has a NUL', 'xyz.groundmist\u0000.library'],
    ['ends with a NUL', 'xyz.groundmist\u0000'],
    ['ends with a line', 'xyz.groundmist\n'],
    ['begins with a space', ' xyz.groundmist'],
    ['has a full-width dot', 'xyz.groundmist\uff0elibrary'],
    ['has a one-dot leader', 'xyz.groundmist\u2024library'],
    ['has an ideographic full stop', 'xyz.groundmist\u3002library'],
    ['has a letter that normalises', 'xyz.gr\u00f6undmist'],
    ['has a full-width letter', 'xyz.\uff47roundmist'],
    ['has a zero-width space', 'xyz.ground\u200bmist'],
    ['has upper case', 'xyz.Groundmist.library'],
    ['has the Kelvin sign', 'xyz.\u212aelvin'],
    ['ends with a dot', 'xyz.groundmist.'],
    ['begins with a dot', '.xyz.groundmist'],
    ['is our own folder', '.groundmist'],
    ['is our own file', 'xyz.groundmist.documents.sqlite-wal/x'],
    ['has an underscore', 'xyz.ground_mist'],
    ['begins with a hyphen', '-xyz.groundmist'],
    ['has a label that ends with one', 'xyz.groundmist-'],
    ['begins with a digit', '1xyz.groundmist'],
    ['has a label of 64', `xyz.${'a'.repeat(64)}`],
    ['has 254 characters', `${label}.${label}.${label}.${'a'.repeat(62)}`],
    ['has 11 labels', 'a.b.c.d.e.f.g.h.i.j.k'],
    ['has ten thousand characters', 'x'.repeat(10_000)],
  ];

  test.each(tricks)('that %s is a 400, asks the owner nothing and makes no file', (_why, namespace) =>
    expectNoFile(async () => {
      expect(await app.authenticate(world.url, { namespace })).toMatchObject({
        status: 400,
        body: { error: 'InvalidRequest' },
      });
      expect(await waitingApprovals(world)).toEqual([]);
    }),
  );

  test.each([
    ['253 characters', `${label}.${label}.${label}.${'a'.repeat(61)}`],
    ['10 labels', 'a.b.c.d.e.f.g.h.i.j'],
  ])('of %s is one, and makes no file either before the owner’s yes', (_what, namespace) =>
    expectNoFile(async () => {
      const stranger = await TestApp.create(world.owner);
      const asked = stranger.authenticate(world.url, { namespace });
      const id = await untilWaiting(world);
      expect(await waitingApprovals(world)).toMatchObject([{ namespace }]);
      world.groundmist.core.access.deny(id);
      expect((await asked).status).toBe(403);
    }),
  );
});

/** Bytes as an id is written: with the first four of their SHA-256, taken twice. */
function base58check(bytes: Uint8Array): string {
  const sha256 = (of: Uint8Array) => createHash('sha256').update(of).digest();
  return base58(Buffer.concat([bytes, sha256(sha256(bytes)).subarray(0, 4)]));
}

/** The right form but for one thing, each. */
const honest = newDocumentId();
const badIds: readonly (readonly [why: string, id: string])[] = [
  ['climbs', '../../etc/passwd'],
  ['climbs behind an id', `${honest}/../../x`],
  ['is an absolute path', '/etc/passwd'],
  ['climbs by backslashes', '..\\..\\x'],
  ['is percent-encoded', '%2e%2e%2fx'],
  ['ends with a NUL', `${honest}\u0000`],
  ['has full-width dots', '\uff0e\uff0e/x'],
  ['has a space', ` ${honest}`],
  ['has a wrong checksum', honest.slice(0, -1) + (honest.endsWith('A') ? 'B' : 'A')],
  ['is in upper case', honest.toUpperCase()],
  ['is of 15 bytes', base58check(new Uint8Array(15).fill(7))],
  ['is of 17 bytes', base58check(new Uint8Array(17).fill(7))],
  ['is of no bytes', base58check(new Uint8Array(0))],
  ['is our own folder', '.groundmist'],
  ['is a property of objects', '__proto__'],
  ['is a thousand characters', honest.repeat(40)],
];

describe('a document id on the wire', () => {
  test.each(badIds)('that %s closes the socket and makes no file', (_why, documentId) =>
    expectNoFile(async () => {
      for (const type of ['sync', 'request', 'ephemeral', 'doc-unavailable']) {
        const peer = await RawPeer.join(url);
        const data = forceWhole(from({ evil: true }));
        peer.send({ type, senderId: peer.peerId, documentId, data, sessionId: 's', count: 1 });
        expect((await peer.closing()).code).toBe(1002);
      }
    }),
  );
});

describe('a root document', () => {
  const others: readonly (readonly [string, string])[] = [
    ['is an id without its scheme', honest],
    ['is of another scheme', `file:${honest}`],
    ['names heads', `automerge:${honest}#heads`],
    ['names a file', 'file:///etc/passwd'],
  ];
  test.each([...badIds.map(([why, id]) => [why, `automerge:${id}`] as const), ...others])(
    'that %s is a 400 and is kept nowhere',
    (_why, rootDocUrl) =>
      expectNoFile(async () => {
        const answer = await app.authenticate(world.url, { namespace: library, rootDocUrl });
        expect(answer).toMatchObject({ status: 400, body: { error: 'InvalidRequest' } });
        expect(await app.authenticate(world.url, { namespace: library })).toMatchObject({
          status: 200,
          body: { rootDocUrl: null },
        });
      }),
  );
});
