import { expect, test } from 'bun:test';
import { countRecovered, readEntries } from '../../../src/features/demo/recovery.ts';

const acknowledged = ['laptop, entry 1', 'phone, entry 1', 'laptop, entry 2'];

test('all that was acknowledged is counted where it is stored; more may be stored than that', () => {
  const inspected = JSON.stringify({ id: 'x', content: { entries: [...acknowledged, 'phone, entry 2'] } });
  expect(countRecovered(acknowledged, readEntries(inspected))).toBe('3 of 3');
});

test('an entry that is not stored is named, and fails the demo', () => {
  expect(() => countRecovered(acknowledged, acknowledged.slice(1))).toThrow(
    'Only 2 of 3 acknowledged edits are on the disk. These are lost: laptop, entry 1.',
  );
});

test('an entry that is stored twice fails the demo too', () => {
  expect(() => countRecovered(acknowledged, [...acknowledged, 'phone, entry 1'])).toThrow('an edit twice');
});

test('what is not a diary is not taken for one', () => {
  expect(() => readEntries('{"content":{}}')).toThrow();
});
