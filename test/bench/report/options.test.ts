import { expect, test } from 'bun:test';
import { parseOptions } from './options.ts';

test('--only takes rows and scenarios', () => {
  const { wants } = parseOptions(['--only', 'fetch,idle']);
  expect(wants('fetch', 'ingest')).toBe(true);
  expect(wants('idle-join', 'idle')).toBe(true);
  expect(wants('ingest-ack', 'ingest')).toBe(false);
});

test('a row that does not exist is told, with those that do', () => {
  expect(() => parseOptions(['--only', 'feth'])).toThrow('There is no row feth. Rows: ingest ingest-ack');
});

test('--short and --full choose how much of everything, --rounds how often', () => {
  expect(parseOptions(['--short']).sizes.name).toBe('short');
  expect(parseOptions(['--full', '--rounds', '7']).sizes).toMatchObject({ name: 'full', rounds: 7 });
  expect(() => parseOptions(['--rounds', 'many'])).toThrow('--rounds takes a number');
});
