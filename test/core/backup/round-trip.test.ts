import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { Lock } from '../../../src/core/backup/encryption.ts';
import type { StoreBackend } from '../../../src/core/store/stores.ts';
import { create, fill, headsIn, library, openStores, restore, verify } from '../../support/backed-up.ts';
import { dataTree } from '../../support/data-tree.ts';
import { folderState, temporaryFolder } from '../../support/folder.ts';
import { readExpected, stockFixtures } from '../../support/stock-data.ts';
import { codeOf, rejectionOf } from '../../support/rejection.ts';
import { SampleDocument, sampleId } from '../../support/sample-documents.ts';
import { Cancelled } from '../../../src/platform/cancelled.ts';
import { lockDataDirectory } from '../../../src/core/store/lock.ts';

const backends: readonly StoreBackend[] = ['sqlite', 'nodefs'];

describe.each(backends)('a backup of documents in %s', (backend) => {
  test('brings every document back as it was, and changes no byte of the original', async () => {
    using folder = temporaryFolder();
    const data = folder.at('data');
    const heads = await fill(data, backend);
    const before = folderState(data);
    const { path, manifest } = await create(data, folder.path);
    expect(folderState(data)).toEqual(before);
    expect(manifest.documents.count).toBe(heads.size);
    expect((await verify(path)).problems).toEqual([]);
    const restored = await restore(path, folder.at('restored'));
    expect(restored.movedTo).toBeUndefined();
    expect(await headsIn(folder.at('restored'), backend)).toEqual(heads);
    expect(readdirSync(folder.path).toSorted()).toEqual(['backup.tar.zst', 'data', 'restored']);
  });

  test('is for its owner alone, and so is what comes out of it', async () => {
    using folder = temporaryFolder();
    await fill(folder.at('data'), backend, 1);
    const { path } = await create(folder.at('data'), folder.path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await restore(path, folder.at('restored'));
    expect(statSync(folder.at('restored')).mode & 0o777).toBe(0o700);
    for (const name of dataTree(folder.at('restored'))) {
      const { mode } = statSync(folder.at(`restored/${name}`));
      expect(mode & 0o077).toBe(0);
    }
  });

  test('beside a store that is open has what was acknowledged, the tail included', async () => {
    using folder = temporaryFolder();
    const data = folder.at('data');
    await fill(data, backend);
    const stores = openStores(data, backend);
    const store = await stores.open(library);
    const document = new SampleDocument();
    await store.append(sampleId(9), document.addition());
    await store.append(sampleId(9), document.write('in the tail').addition());
    const { path } = await create(data, folder.path);
    await store.append(sampleId(9), document.write('too late').addition());
    await stores.close();
    await restore(path, folder.at('restored'));
    const heads = await headsIn(folder.at('restored'), backend);
    expect(heads.size).toBe(4);
    expect(heads.get(sampleId(9))).not.toEqual(document.heads);
    expect((await verify(path)).problems).toEqual([]);
  });
});

test('a data directory that a killed server left is backed up with the tail that it left', async () => {
  using folder = temporaryFolder();
  const data = folder.at('data');
  await fill(data, 'sqlite', 0);
  const stores = openStores(data, 'sqlite');
  const store = await stores.open(library);
  const document = new SampleDocument();
  await store.append(sampleId(1), document.addition());
  await store.append(sampleId(1), document.write('in the tail').addition());
  cpSync(data, folder.at('killed'), { recursive: true });
  await stores.close();
  expect(dataTree(folder.at('killed'))).toContain('xyz/groundmist/library/documents.sqlite-tail');
  const before = folderState(folder.at('killed'));
  const { path } = await create(folder.at('killed'), folder.path);
  expect(folderState(folder.at('killed'))).toEqual(before);
  await restore(path, folder.at('restored'));
  expect(dataTree(folder.at('restored'))).not.toContain('xyz/groundmist/library/documents.sqlite-tail');
  expect((await headsIn(folder.at('restored'), 'sqlite')).get(sampleId(1))).toEqual(document.heads);
});

test.each(stockFixtures)('data in the stock layout that no server has imported: %s', async (fixture) => {
  using folder = temporaryFolder();
  const { path, manifest } = await create(fixture, folder.path);
  expect((await verify(path)).problems).toEqual([]);
  const expected = readExpected(fixture);
  const count = Object.values(expected).reduce((sum, documents) => sum + Object.keys(documents).length, 0);
  expect(manifest.documents.count).toBe(count);
  await restore(path, folder.at('restored'));
  for (const name of dataTree(folder.at('restored'))) {
    const [copy, original] = [folder.at(`restored/${name}`), join(fixture, name)];
    if (statSync(copy).isFile()) expect(readFileSync(copy).equals(readFileSync(original))).toBe(true);
  }
});

test('what is not the store’s is not in it: secrets, sockets, strays, what links lead to', async () => {
  using folder = temporaryFolder();
  const data = folder.at('data');
  await fill(data, 'nodefs');
  writeFileSync(join(data, '.env'), 'GROUNDMIST_SYNC_SECRET_KEY=secret');
  writeFileSync(join(data, '.groundmist/stray'), 'stray');
  writeFileSync(join(data, 'xyz/groundmist/library/stray'), 'stray');
  mkdirSync(folder.at('elsewhere/2M/x'), { recursive: true });
  symlinkSync(folder.at('elsewhere'), join(data, 'xyz/groundmist/linked'));
  const { path } = await create(data, folder.path);
  await restore(path, folder.at('restored'));
  const files = dataTree(folder.at('restored')).filter((name) =>
    statSync(folder.at(`restored/${name}`)).isFile(),
  );
  for (const name of files)
    expect(name).toMatch(/^\.groundmist\/(?:stores\.json|control\.sqlite)$|\/(?:snapshot|incremental)\//);
});

test('documents that an import could not take over stay beside the others', async () => {
  using folder = temporaryFolder();
  const data = folder.at('data');
  await fill(data, 'sqlite', 1);
  const id = sampleId(77);
  const chunk = join(
    data,
    'xyz/groundmist/library',
    id.slice(0, 2),
    id.slice(2),
    'snapshot',
    'ab'.repeat(32),
  );
  mkdirSync(join(chunk, '..'), { recursive: true });
  writeFileSync(chunk, 'not a chunk');
  const stores = join(data, '.groundmist/stores.json');
  const entry = { backend: 'sqlite', problems: [{ document: id, reason: 'it is damaged' }] };
  writeFileSync(stores, JSON.stringify({ version: 1, namespaces: { [library]: entry } }));
  const { path } = await create(data, folder.path);
  await restore(path, folder.at('restored'));
  const copy = chunk.replace(data, folder.at('restored'));
  expect(readFileSync(copy, 'utf8')).toBe('not a chunk');
});

test('a document that is damaged in the store is in the backup as it is, and is named', async () => {
  using folder = temporaryFolder();
  const data = folder.at('data');
  await fill(data, 'sqlite');
  const name = 'xyz/groundmist/library/documents.sqlite';
  {
    using database = new Database(join(data, name));
    database.run(
      "UPDATE chunk SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) || x'ff' AS BLOB) WHERE id = (SELECT min(id) FROM chunk)",
    );
  }
  const { path, damaged, manifest } = await create(data, folder.path);
  expect(damaged).toEqual([`${library} ${sampleId(0)}`]);
  expect(manifest.damaged).toBe(1);
  const { problems } = await verify(path);
  expect(problems).toEqual([`${library} ${sampleId(0)} was damaged already when it was backed up.`]);
  await restore(path, folder.at('restored'));
  expect((await headsIn(folder.at('restored'), 'sqlite')).size).toBe(3);
});

describe('stores that are not what they were', () => {
  test('a database that is gone is told, and nothing is made', async () => {
    using folder = temporaryFolder();
    const data = folder.at('data');
    await fill(data, 'sqlite');
    rmSync(join(data, 'xyz/groundmist/library/documents.sqlite'));
    expect(await codeOf(create(data, folder.path))).toBe('StoreDamaged');
    expect(readdirSync(folder.path)).toEqual(['data']);
  });

  test('a database that is none is told, and nothing is made', async () => {
    using folder = temporaryFolder();
    const data = folder.at('data');
    await fill(data, 'sqlite');
    writeFileSync(join(data, 'xyz/groundmist/library/documents.sqlite'), 'no database'.repeat(400));
    expect(await codeOf(create(data, folder.path))).toBe('StoreDamaged');
    expect(readdirSync(folder.path)).toEqual(['data']);
  });
});

/** The beginning of an encrypted file says what opens it: changed there, no key fits. */
const refusals = ['BackupDamaged', 'WrongKey', 'BackupForeign'];

test('verify ends at once when it is cancelled, also while a document takes without end', async () => {
  using folder = temporaryFolder();
  await fill(folder.at('data'), 'sqlite', 1);
  const { path } = await create(folder.at('data'), folder.path);
  const cancel = new AbortController();
  const endless = (): Promise<never> => {
    cancel.abort(new Cancelled('SIGINT'));
    return new Promise(() => {});
  };
  const fence = { open: endless, compact: endless };
  const noKey = () => Promise.reject(new Error('it is not encrypted'));
  expect(await rejectionOf(verify(path, noKey, { signal: cancel.signal, fence }))).toBeInstanceOf(Cancelled);
  expect(readdirSync(folder.path).toSorted()).toEqual(['backup.tar.zst', 'data']);
});

describe('encrypted', () => {
  test('for recipients, whose key opens it and no other', async () => {
    using folder = temporaryFolder();
    const heads = await fill(folder.at('data'), 'sqlite');
    const [identity, other] = [await generateX25519Identity(), await generateX25519Identity()];
    const recipients = [
      await identityToRecipient(identity),
      await identityToRecipient(await generateX25519Identity()),
    ];
    const lock: Lock = { kind: 'recipients', recipients };
    const { path } = await create(folder.at('data'), folder.path, { lock });
    const wrong = async () => ({ kind: 'identities', identities: [other] }) as const;
    expect(await codeOf(restore(path, folder.at('restored'), { key: wrong }))).toBe('WrongKey');
    expect(existsSync(folder.at('restored'))).toBe(false);
    const key = async () => ({ kind: 'identities', identities: [other, identity] }) as const;
    expect((await verify(path, key)).problems).toEqual([]);
    await restore(path, folder.at('restored'), { key });
    expect(await headsIn(folder.at('restored'), 'sqlite')).toEqual(heads);
  });

  test('with a passphrase, and no other', async () => {
    using folder = temporaryFolder();
    await fill(folder.at('data'), 'sqlite', 1);
    const lock: Lock = { kind: 'passphrase', passphrase: 'correct horse battery' };
    const { path } = await create(folder.at('data'), folder.path, { lock });
    expect((await verify(path, async () => lock)).problems).toEqual([]);
    const wrong = async () => ({ kind: 'passphrase', passphrase: 'wrong' }) as const;
    expect(await codeOf(verify(path, wrong))).toBe('WrongKey');
  });

  test('it is refused when it is cut off or changed anywhere', async () => {
    using folder = temporaryFolder();
    await fill(folder.at('data'), 'sqlite', 1);
    const identity = await generateX25519Identity();
    const lock: Lock = { kind: 'recipients', recipients: [await identityToRecipient(identity)] };
    const { path } = await create(folder.at('data'), folder.path, { lock });
    const key = async () => ({ kind: 'identities', identities: [identity] }) as const;
    const whole = readFileSync(path);
    const places = [whole.length - 1, whole.length >> 1, 300, 60, 1];
    for (const at of places) {
      writeFileSync(path, whole.subarray(0, at));
      expect(refusals).toContain(await codeOf(verify(path, key)));
      const changed = Buffer.from(whole);
      changed.writeUInt8(changed.readUInt8(at) ^ 4, at);
      writeFileSync(path, changed);
      expect(refusals).toContain(await codeOf(verify(path, key)));
    }
  });
});

describe('where a backup goes back', () => {
  test('an empty folder is taken, one with something in it is not', async () => {
    using folder = temporaryFolder();
    const heads = await fill(folder.at('data'), 'sqlite');
    const { path } = await create(folder.at('data'), folder.path);
    mkdirSync(folder.at('empty'));
    await restore(path, folder.at('empty'));
    expect(await headsIn(folder.at('empty'), 'sqlite')).toEqual(heads);
    const before = folderState(folder.at('data'));
    expect(await codeOf(restore(path, folder.at('data')))).toBe('PlaceTaken');
    expect(folderState(folder.at('data'))).toEqual(before);
    mkdirSync(folder.at('home'));
    writeFileSync(folder.at('home/letter'), 'dear');
    expect(await codeOf(restore(path, folder.at('home'), { isForced: true }))).toBe('PlaceTaken');
    expect(readdirSync(folder.at('home'))).toEqual(['letter']);
  });

  test('with force the old one is moved aside, unless a server holds it or the backup lies in it', async () => {
    using folder = temporaryFolder();
    const data = folder.at('data');
    const heads = await fill(data, 'sqlite');
    const { path } = await create(data, folder.path);
    const stores = openStores(data, 'sqlite');
    await (await stores.open(library)).append(sampleId(50), new SampleDocument().addition());
    await stores.close();
    {
      using _lock = lockDataDirectory(data, { pid: 1, startedAt: 0, listen: 'here' });
      expect(await codeOf(restore(path, data, { isForced: true }))).toBe('Busy');
    }
    const { movedTo = '' } = await restore(path, data, { isForced: true });
    expect(await headsIn(data, 'sqlite')).toEqual(heads);
    expect((await headsIn(movedTo, 'sqlite')).size).toBe(heads.size + 1);
    cpSync(path, join(data, 'backup.tar.zst'));
    expect(await codeOf(restore(join(data, 'backup.tar.zst'), data, { isForced: true }))).toBe('PlaceTaken');
  });

  test('a link to a folder stays a link; one that leads nowhere is refused', async () => {
    using folder = temporaryFolder();
    const heads = await fill(folder.at('data'), 'sqlite');
    const { path } = await create(folder.at('data'), folder.path);
    mkdirSync(folder.at('real'));
    symlinkSync(folder.at('real'), folder.at('link'));
    symlinkSync(folder.at('nowhere'), folder.at('dangling'));
    expect((await restore(path, folder.at('link'))).dataDirectory).toBe(folder.at('real'));
    expect(await headsIn(folder.at('real'), 'sqlite')).toEqual(heads);
    expect(await codeOf(restore(path, folder.at('dangling')))).toBe('Usage');
  });

  test('a dry run checks all and leaves nothing', async () => {
    using folder = temporaryFolder();
    await fill(folder.at('data'), 'sqlite');
    const { path } = await create(folder.at('data'), folder.path);
    await restore(path, folder.at('a/b'), { isDryRun: true });
    expect(readdirSync(folder.path).toSorted()).toEqual(['backup.tar.zst', 'data']);
  });

  test('the server of another owner is refused', async () => {
    using folder = temporaryFolder();
    await fill(folder.at('data'), 'sqlite', 1);
    const { path } = await create(folder.at('data'), folder.path, {
      owner: 'did:web:one.example.com' as never,
    });
    const owner = 'did:web:two.example.com' as never;
    expect(await codeOf(restore(path, folder.at('restored'), { owner }))).toBe('ConfigurationInvalid');
    await restore(path, folder.at('restored'), { owner: 'did:web:one.example.com' as never });
  });

  test('a backup is not made inside of what it is a copy of, nor over another file', async () => {
    using folder = temporaryFolder();
    await fill(folder.at('data'), 'sqlite', 1);
    mkdirSync(folder.at('data/backups'));
    expect(await codeOf(create(folder.at('data'), folder.at('data/backups')))).toBe('Usage');
    await create(folder.at('data'), folder.path);
    expect(await codeOf(create(folder.at('data'), folder.path))).toBe('PlaceTaken');
  });
});

test('what is cancelled leaves nothing', async () => {
  using folder = temporaryFolder();
  await fill(folder.at('data'), 'nodefs');
  const stop = new AbortController();
  const packed = () => stop.abort(new Error('enough'));
  expect(
    (await rejectionOf(create(folder.at('data'), folder.path, { signal: stop.signal, packed }))).message,
  ).toBe('enough');
  expect(readdirSync(folder.path)).toEqual(['data']);
});
