/*
 * Threat: a backup that somebody else made or changed, restored by the owner, writes outside of the data directory,
 * follows a link, fills the disk or the memory, or leaves half of itself.
 */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { CraftedOptions } from '../support/crafted-backup.ts';
import { compressed, craftBackup, file } from '../support/crafted-backup.ts';
import { create, fill, restore, verify } from '../support/backed-up.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/folder.ts';
import { codeOf, failureOf } from '../support/rejection.ts';

const chunk = Buffer.from('bytes of a chunk');
const good = `xyz/groundmist/library/2o/EWgjzC6sBZmLsoKjtuJNhPfdHo/snapshot/${'ab'.repeat(32)}`;
const other = good.replace('snapshot', 'incremental');

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

async function refused(options: CraftedOptions): Promise<string> {
  const path = folder.at('crafted.tar.zst');
  await craftBackup(path, options);
  const failure = await failureOf(restore(path, folder.at('in/restored')));
  expect(['BackupDamaged', 'BackupForeign']).toContain(failure.code);
  // Nothing was written anywhere, in the folder for it or beside.
  expect(readdirSync(folder.path)).toEqual(['crafted.tar.zst']);
  return failure.message;
}

test('what is made by hand and right is restored, so that each refusal below has its own reason', async () => {
  await craftBackup(folder.at('crafted.tar.zst'), { files: { [good]: chunk, [other]: chunk } });
  await restore(folder.at('crafted.tar.zst'), folder.at('restored'));
  expect(readFileSync(folder.at(`restored/${good}`)).equals(chunk)).toBe(true);
});

describe('paths', () => {
  test.each([
    '../outside',
    '/etc/passwd',
    'xyz/groundmist/../../../outside',
    `xyz/groundmist/library/2o/EWgjzC6sBZmLsoKjtuJNhPfdHo/snapshot/../${'ab'.repeat(32)}`,
    './xyz/groundmist/library/documents.sqlite',
    'xyz//groundmist/library/documents.sqlite',
    'xyz\\groundmist\\library\\documents.sqlite',
    'XYZ/groundmist/library/documents.sqlite',
    'xyz/groundmist/library/DOCUMENTS.sqlite',
    'xyz/groundmist/library/documents.sqlite-wal',
    'xyz/groundmist/library/documents.sqlite-tail',
    'xyz/documents.sqlite',
    'documents.sqlite',
    '.env',
    '.groundmist/lock',
    '.groundmist/control.sock',
    '.groundmist/control.sqlite-wal',
    '.groundmist/tmp/file',
    '.groundmist/quarantine/../../outside',
    '.groundmist/quarantine/xyz.groundmist.library/1.chunk/more',
    '.Groundmist/control.sqlite',
    good.toUpperCase(),
    `${good}\0`,
    '',
  ])('%p is not restored', async (path) => {
    expect(await refused({ files: { [path]: chunk } })).toContain('does not keep');
  });
});

describe('entries', () => {
  const files = { [good]: chunk, [other]: chunk };
  const added: CraftedOptions['change'] = (entries) => [...entries, file('data/../outside', chunk)];

  test('that are not listed', async () => {
    expect(await refused({ files, change: added })).toContain('does not list');
  });

  test('that are missing', async () => {
    expect(await refused({ files, change: (entries) => entries.slice(0, -1) })).toContain('is missing');
  });

  test('that come twice', async () => {
    const twice: CraftedOptions['change'] = (entries) => [...entries, ...entries.slice(-1)];
    expect(await refused({ files, change: twice })).toContain('does not list');
  });

  test('that are listed twice', async () => {
    const listed = { path: good };
    const renamed: CraftedOptions['change'] = (entries) =>
      entries.map(({ header, bytes }) =>
        header.name.startsWith('data/') ? file(`data/${good}`, bytes) : { header, bytes },
      );
    expect(await refused({ files, listed, change: renamed })).toContain('twice');
  });

  test('whose name in the archive is another than in the list', async () => {
    const renamed: CraftedOptions['change'] = (entries) =>
      entries.map(({ header, bytes }) =>
        header.name === `data/${good}` ? file('../../outside', bytes) : { header, bytes },
      );
    expect(await refused({ files, change: renamed })).toContain('where');
  });

  test.each(['symlink', 'link', 'character-device', 'block-device', 'fifo', 'directory'] as const)(
    'that are a %s',
    async (type) => {
      const changed: CraftedOptions['change'] = (entries) => [
        ...entries.slice(0, 3),
        { header: { name: `data/${good}`, type, linkname: '/etc/passwd', size: 0 }, bytes: Buffer.alloc(0) },
        ...entries.slice(3),
      ];
      expect(await refused({ files, change: changed })).toContain('no plain file');
    },
  );

  test('with other bytes, or another length, than listed', async () => {
    expect(await refused({ files, listed: { sha256: '0'.repeat(64) } })).toContain(
      'not those that were backed up',
    );
    expect(await refused({ files, listed: { bytes: chunk.length - 1 } })).toContain('should have');
  });
});

describe('what it says of itself', () => {
  test('a newer format is told', async () => {
    expect(await refused({ manifest: { version: 2 } })).toContain('use a newer groundmist');
  });

  test.each([
    ['another format', { format: 'other-backup' }],
    ['an owner that is none', { owner: 'nobody' }],
    ['a namespace that is none', { namespaces: [{ namespace: '../x', store: 'sqlite', documents: 1 }] }],
    ['files without number', { files: { count: 1e12, bytes: 100, sha256: '0'.repeat(64) } }],
    ['a list beyond all bounds', { documents: { count: 1, bytes: 1e12, sha256: '0'.repeat(64) } }],
    ['fewer bytes than its files have', { dataBytes: 1 }],
    ['more bytes than its files have', { dataBytes: 1000 }],
  ])('%s', async (_, manifest) => {
    await refused({ files: { [good]: chunk }, manifest });
  });

  test('more than any disk holds is refused before it is written', async () => {
    await craftBackup(folder.at('crafted.tar.zst'), { manifest: { dataBytes: Number.MAX_SAFE_INTEGER } });
    expect(await codeOf(restore(folder.at('crafted.tar.zst'), folder.at('restored')))).toBe(
      'StoreUnavailable',
    );
  });

  test('no manifest, or one without end', async () => {
    expect(await refused({ change: (entries) => entries.slice(1) })).toContain('does not begin with');
    const endless: CraftedOptions['change'] = () => [
      file('manifest.json', Buffer.alloc(2 * 1024 * 1024, 0x20)),
    ];
    await refused({ change: endless });
  });
});

test('zeros without end behind what it lists are not read to their end', async () => {
  const path = folder.at('crafted.tar.zst');
  await craftBackup(path, {
    change: (entries) => [...entries, file('data/zeros', Buffer.alloc(64 * 1024 * 1024))],
  });
  expect((await failureOf(restore(path, folder.at('restored')))).code).toBe('BackupDamaged');
  expect(existsSync(folder.at('restored'))).toBe(false);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('a letter')],
  ['a folder', undefined],
  ['an archive of other things', await compressed(Buffer.alloc(10_240))],
])('%s is no backup', async (_, bytes) => {
  if (bytes === undefined) mkdirSync(folder.at('file'));
  else writeFileSync(folder.at('file'), bytes);
  expect(await codeOf(restore(folder.at('file'), folder.at('restored')))).toBe('BackupForeign');
  expect(await codeOf(verify(folder.at('file')))).toBe('BackupForeign');
});

describe('cut off or changed at many places it is refused, and nothing is left', () => {
  // What a file begins with tells what it is; the rest is damage, whatever fell on it.
  const refusal = (at: number) => (at < 4 ? 'BackupForeign' : 'BackupDamaged');

  test.each([
    ['small files', 'nodefs', 2],
    ['a database', 'sqlite', 20],
  ] as const)('%s', async (_, backend, count) => {
    await fill(folder.at('data'), backend, count);
    const { path } = await create(folder.at('data'), folder.path);
    const whole = readFileSync(path);
    const step = Math.max(1, Math.floor(whole.length / 60));
    for (const [index, at] of placesIn(whole.length, step).entries()) {
      writeFileSync(path, whole.subarray(0, at));
      expect(await codeOf(restore(path, folder.at('restored')))).toBe(refusal(at));
      const changed = Buffer.from(whole);
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << (index % 8)), at);
      writeFileSync(path, changed);
      expect(await codeOf(restore(path, folder.at('restored')))).toBe(refusal(at));
      expect(await codeOf(verify(path))).toBe(refusal(at));
    }
    expect(readdirSync(folder.path).toSorted()).toEqual(['backup.tar.zst', 'data']);
  });
});

function placesIn(length: number, step: number): readonly number[] {
  return Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
}
