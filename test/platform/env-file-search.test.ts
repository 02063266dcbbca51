import { expect, test } from 'bun:test';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findEnvFile, readCandidate, type Candidate } from '../../src/platform/env-file-search.ts';
import { temporaryFolder } from '../support/folder.ts';

const me = 1000;
const ours = 'MARK=secret\nPORT=1\n';

function file(text: string, facts: { ownerId?: number; mode?: number } = {}): Candidate {
  return { kind: 'file', text, ownerId: me, mode: 0o600, ...facts };
}

function search(files: Readonly<Record<string, Candidate>>, named?: string) {
  return findEnvFile({
    named,
    configHome: '/home/me/.config',
    userId: me,
    mark: 'MARK',
    read: (path) => files[path] ?? { kind: 'missing' },
  });
}

const person = '/home/me/.config/groundmist/env';
const machine = '/etc/groundmist/env';

test('with none at all there is none, and nothing to say', () => {
  expect(search({})).toEqual({ kind: 'found', file: undefined, notes: [] });
});

test('the places are looked at in their order', () => {
  const all = { '.env': file(ours), [person]: file('PORT=2'), [machine]: file('PORT=3') };
  expect(search(all)).toMatchObject({ file: { path: resolve('.env'), values: { PORT: '1' } }, notes: [] });
  expect(search({ ...all, '.env': { kind: 'missing' } })).toMatchObject({ file: { values: { PORT: '2' } } });
  expect(search({ [machine]: file('PORT=3') })).toMatchObject({ file: { values: { PORT: '3' } } });
});

test.each([
  ['of another user', file(ours, { ownerId: 0 }), 'it belongs to another user'],
  ['that the group may write', file(ours, { mode: 0o660 }), 'others may write to it'],
  ['that everyone may write', file(ours, { mode: 0o602 }), 'others may write to it'],
  ['without our secret key', file('PORT=1'), "so it looks like another project's"],
  ['that cannot be read', { kind: 'unreadable', reason: 'it is not a file' } as const, 'it is not a file'],
])('a .env %s is passed over with a note', (_, candidate, why) => {
  const found = search({ '.env': candidate, [person]: file('PORT=2') });
  expect(found).toMatchObject({ kind: 'found', file: { path: person } });
  expect(found.kind === 'found' && found.notes.join()).toContain(why);
});

test('of a folder that is closed nothing is said: nobody knows that a .env is in it', () => {
  const reason = 'it cannot be opened (EACCES)';
  expect(search({ '.env': { kind: 'unreadable', reason, isHidden: true } })).toMatchObject({ notes: [] });
  expect(search({ '.env': { kind: 'unreadable', reason } })).toMatchObject({
    notes: [`.env is passed over: ${reason}.`],
  });
});

test('a file that is named needs no mark, but must be there', () => {
  expect(search({ '/x': file('PORT=4', { ownerId: 0 }) }, '/x')).toMatchObject({
    file: { values: { PORT: '4' } },
  });
  expect(search({ '.env': file(ours) }, '/x')).toEqual({
    kind: 'problem',
    sentence: 'The env file /x cannot be used: it does not exist.',
  });
});

test('a line that is not understood is noted with its number', () => {
  expect(search({ [person]: file('PORT=2\nHOST sync\n') })).toMatchObject({
    notes: [`${person} line 2 is not NAME=value and was not read.`],
  });
});

test('the disk is asked for text, owner and mode; folders, FIFOs and giants are no env files', () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('env'), 'A=1');
  chmodSync(folder.at('env'), 0o640);
  expect(readCandidate(folder.at('env'))).toEqual({
    kind: 'file',
    text: 'A=1',
    ownerId: process.getuid?.() ?? 0,
    mode: 0o640,
  });
  expect(readCandidate(folder.at('none'))).toEqual({ kind: 'missing' });
  mkdirSync(folder.at('folder'));
  expect(readCandidate(folder.at('folder'))).toEqual({ kind: 'unreadable', reason: 'it is not a file' });
  Bun.spawnSync(['mkfifo', folder.at('fifo')]);
  expect(readCandidate(folder.at('fifo'))).toEqual({ kind: 'unreadable', reason: 'it is not a file' });
  writeFileSync(folder.at('giant'), 'x'.repeat(256 * 1024 + 1));
  expect(readCandidate(folder.at('giant'))).toMatchObject({ kind: 'unreadable' });
});

test.skipIf(process.platform !== 'linux')(
  'a file that opens and cannot be read is named with the reason',
  () => {
    // Nothing is at the address 0.
    expect(readCandidate('/proc/self/mem')).toEqual({
      kind: 'unreadable',
      reason: 'it cannot be read (EIO)',
    });
  },
);

test('an empty name of a file is said to be empty', () => {
  expect(search({}, '')).toEqual({ kind: 'problem', sentence: 'The name of the env file is empty.' });
});
