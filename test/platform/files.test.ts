import { expect, test } from 'bun:test';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { makeFolder, writeTogether } from '../../src/platform/files.ts';
import { temporaryFolder } from '../support/folder.ts';

test('files are written with their modes and leave nothing beside them', () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('a'), 'before', { mode: 0o644 });
  writeTogether([
    { path: folder.at('a'), text: 'after', mode: 0o600, replaced: 'before' },
    { path: folder.at('b'), text: 'é', mode: 0o600, replaced: undefined },
  ]);
  expect(readdirSync(folder.path).toSorted()).toEqual(['a', 'b']);
  expect([readFileSync(folder.at('a'), 'utf8'), readFileSync(folder.at('b'), 'utf8')]).toEqual([
    'after',
    'é',
  ]);
  expect(statSync(folder.at('a')).mode & 0o777).toBe(0o600);
});

test('where one file cannot be written, the others stay as they were', () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('a'), 'before');
  const write = () =>
    writeTogether([
      { path: folder.at('a'), text: 'after', mode: 0o600, replaced: 'before' },
      { path: folder.at('missing/b'), text: 'after', mode: 0o600, replaced: undefined },
    ]);
  expect(write).toThrow('ENOENT');
  expect(readdirSync(folder.path)).toEqual(['a']);
  expect(readFileSync(folder.at('a'), 'utf8')).toBe('before');
});

test.each([1, 2])('where file %i of three cannot move in, those before it move out again', (failing) => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('a'), 'before', { mode: 0o640 });
  const inode = statSync(folder.at('a')).ino;
  let renamed = 0;
  const rename: typeof renameSync = (from, to) => {
    if (renamed++ === failing) throw new Error('EIO');
    renameSync(from, to);
  };
  const write = () =>
    writeTogether(
      ['a', 'b', 'c'].map((name) => ({
        path: folder.at(name),
        text: 'after',
        mode: 0o600,
        replaced: name === 'a' ? 'before' : undefined,
      })),
      rename,
    );
  expect(write).toThrow('EIO');
  expect(readdirSync(folder.path)).toEqual(['a']);
  expect(readFileSync(folder.at('a'), 'utf8')).toBe('before');
  expect(statSync(folder.at('a'))).toMatchObject({ ino: inode, mode: 0o100640 });
});

test.if(process.getuid?.() === 0)('what root replaces stays the file of its owner', () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('a'), 'before');
  chownSync(folder.at('a'), 65534, 65534);
  writeTogether([{ path: folder.at('a'), text: 'after', mode: 0o600, replaced: 'before' }]);
  expect(statSync(folder.at('a'))).toMatchObject({ uid: 65534, gid: 65534 });
});

test('where a folder stands in the place of a file, nothing is written', () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('b'));
  const write = () =>
    writeTogether(
      ['a', 'b'].map((name) => ({ path: folder.at(name), text: 'after', mode: 0o600, replaced: undefined })),
    );
  expect(write).toThrow();
  expect(readdirSync(folder.path)).toEqual(['b']);
});

test('the mode is the one asked for, whatever the umask takes away', () => {
  using folder = temporaryFolder();
  const umask = process.umask(0o077);
  try {
    writeTogether([{ path: folder.at('a'), text: '', mode: 0o644, replaced: undefined }]);
  } finally {
    process.umask(umask);
  }
  expect(statSync(folder.at('a')).mode & 0o777).toBe(0o644);
});

test('a folder is made with those above it, and undone without those that were there', () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('there'));
  const undo = makeFolder(folder.at('there/a/b'), { mode: 0o700 });
  expect(statSync(folder.at('there/a')).mode & 0o777).toBe(0o700);
  expect(statSync(folder.at('there/a/b')).mode & 0o777).toBe(0o700);
  undo();
  expect(existsSync(folder.at('there'))).toBe(true);
  expect(existsSync(folder.at('there/a'))).toBe(false);
});

test('undoing takes no folder away that was there before', () => {
  using folder = temporaryFolder();
  makeFolder(folder.path, { mode: 0o700 })();
  expect(existsSync(folder.path)).toBe(true);
});

test.each([
  ['was not there', undefined],
  ['had another text', 'before'],
])('a file that %s when it was planned is left as it is now, and so are the others', (_name, replaced) => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('b'), 'of somebody else');
  const write = () =>
    writeTogether([
      { path: folder.at('a'), text: 'after', mode: 0o600, replaced: undefined },
      { path: folder.at('b'), text: 'after', mode: 0o600, replaced },
    ]);
  expect(write).toThrow('was changed meanwhile');
  expect(readdirSync(folder.path)).toEqual(['b']);
  expect(readFileSync(folder.at('b'), 'utf8')).toBe('of somebody else');
});

test('folders above may be more open than the one that is wanted, whatever the umask', () => {
  using folder = temporaryFolder();
  const umask = process.umask(0o077);
  try {
    makeFolder(folder.at('a/b/c'), { mode: 0o700, modeAbove: 0o755 });
  } finally {
    process.umask(umask);
  }
  const modes = ['a', 'a/b', 'a/b/c'].map((name) => statSync(folder.at(name)).mode & 0o777);
  expect(modes).toEqual([0o755, 0o755, 0o700]);
});

test.if(process.platform === 'linux')(
  'what a writer that was killed left behind is removed, and what one that runs is writing stays',
  () => {
    using folder = temporaryFolder();
    const ended = Bun.spawnSync(['true']).pid;
    const leftBy = (processId: number) => `.groundmist-write-${processId}-${crypto.randomUUID()}.tmp`;
    const [dead, alive] = [leftBy(ended), leftBy(process.pid)];
    for (const name of [dead, alive, '.other.tmp']) writeFileSync(folder.at(name), 'secret');
    writeTogether([{ path: folder.at('a'), text: '', mode: 0o600, replaced: undefined }]);
    expect(readdirSync(folder.path).toSorted()).toEqual([alive, '.other.tmp', 'a'].toSorted());
  },
);
