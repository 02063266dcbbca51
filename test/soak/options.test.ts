import { expect, test } from 'bun:test';
import { parseOptions, UsageError } from './options.ts';

test('half an hour on the usual store is what is run unless something else is said', () => {
  expect(parseOptions([])).toMatchObject({ seconds: 1800, store: 'sqlite', devices: 12, isUpdate: false });
  expect(parseOptions(['--minutes', '15', '--seed', '7'])).toMatchObject({ seconds: 900, seed: 7 });
  expect(parseOptions(['--seconds', '60', '--store', 'nodefs', '--update'])).toMatchObject({
    seconds: 60,
    store: 'nodefs',
    devices: 4,
    isUpdate: true,
  });
});

test.each([
  ['--seconds abc', /--seconds takes a number, and abc is none/],
  ['--minutes 1h', /--minutes takes a number, and 1h is none/],
  ['--seconds 0', /more than no time/],
  ['--seed 1.5', /a whole number/],
  ['--store foo', /foo is no store: it is sqlite or nodefs/],
  ['--bogus', /--bogus/],
  ['now', /now/],
])('%s is no run', (line, sentence) => {
  const parse = () => parseOptions(line.split(' '));
  expect(parse).toThrow(UsageError);
  expect(parse).toThrow(sentence);
});

test('help is no run and no mistake', () => {
  expect(parseOptions(['--help', '--seconds', 'abc'])).toBeUndefined();
});
