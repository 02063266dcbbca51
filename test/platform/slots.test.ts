import { expect, test } from 'bun:test';
import { Slots } from '../../src/platform/slots.ts';

test('there are so many for a key, and so many in all', () => {
  const slots = new Slots({ inAll: 3, perKey: 2 });
  const first = slots.take('a');
  expect(first).toBeDefined();
  expect(slots.take('a')).toBeDefined();
  expect(slots.take('a')).toBeUndefined();
  expect(slots.take('b')).toBeDefined();
  expect(slots.take('c')).toBeUndefined();
  first?.[Symbol.dispose]();
  expect(slots.take('c')).toBeDefined();
  expect(slots.take('a')).toBeUndefined();
});
