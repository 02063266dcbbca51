import { fstatSync } from 'node:fs';
import { expect, test } from 'bun:test';
import { speaksToJournal, withPriority } from '../../src/platform/journal.ts';

const stderr = fstatSync(2, { bigint: true });
const ours = `${stderr.dev}:${stderr.ino}`;

test('stderr is the journal’s where JOURNAL_STREAM names this very file, and not where it was passed on to a child whose stderr is another', () => {
  expect(speaksToJournal({ JOURNAL_STREAM: ours })).toBe(true);
  for (const JOURNAL_STREAM of [`${stderr.dev}:${stderr.ino + 1n}`, `${ours} `, 'x', '', undefined]) {
    expect(speaksToJournal({ JOURNAL_STREAM })).toBe(false);
  }
});

test('each line has its priority', () => {
  expect(withPriority('a\nb', 3)).toBe('<3>a\n<3>b');
});
