import { expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { Withdrawals, type Withdrawal } from '../../../src/core/auth/withdrawals.ts';
import { ReservedFile } from '../../../src/core/store/reserved-file.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';

const device: Withdrawal = { kind: 'device', deviceId: 'abc123', at: 1000 };
const app: Withdrawal = { kind: 'remembered app', clientId: 'https://app.example/a\nb', at: 1000 };
const question: Withdrawal = { kind: 'question', approvalId: 'def456', at: 1000 };
const full = new Error('the disk is full');

function openIn(folder: TemporaryFolder): Withdrawals {
  return new Withdrawals(new ReservedFile(folder.at('withdrawals'), 4096));
}

test('what is added holds at once, and what is kept holds after a restart', () => {
  using folder = temporaryFolder();
  const before = openIn(folder);
  before.add([device, app]);
  expect([before.hasDevice('abc123'), before.hasDevice('other')]).toEqual([true, false]);
  expect(openIn(folder).entries).toEqual([]);
  before.keep(full);
  before.add([question]);
  before.keep(full);
  const after = openIn(folder);
  expect(after.entries).toEqual([device, app, question]);
  expect(after.hasRememberedApp('https://app.example/a\nb')).toBe(true);
  expect(after.hasQuestion('def456')).toBe(true);
});

test('what is cleared is gone, also after a restart', () => {
  using folder = temporaryFolder();
  const before = openIn(folder);
  before.add([device]);
  before.keep(full);
  const after = openIn(folder);
  after.clear();
  expect(after.hasDevice('abc123')).toBe(false);
  expect(openIn(folder).entries).toEqual([]);
});

test('a line that a crash damaged takes no other with it', () => {
  using folder = temporaryFolder();
  const before = openIn(folder);
  before.add([device, app]);
  before.keep(full);
  const text = readFileSync(folder.at('withdrawals'), 'utf8');
  writeFileSync(folder.at('withdrawals'), `{"kind":"dev\n[]\n${text}`.slice(0, 4096));
  expect(openIn(folder).entries).toEqual([device, app]);
});

test('without a file, or with one too small, it says that a restart forgets', () => {
  const withdrawals = new Withdrawals();
  withdrawals.add([device]);
  expect(withdrawals.isReserved).toBe(false);
  expect(() => withdrawals.keep(full)).toThrow('make room on the disk before the server stops');
  expect(withdrawals.hasDevice('abc123')).toBe(true);
});

test('a file that is there and cannot be read stops the start: it may hold what was taken back', () => {
  using folder = temporaryFolder();
  expect(() => new Withdrawals(new ReservedFile(folder.path, 4096))).toThrow('EISDIR');
});
