import { expect, test } from 'bun:test';
import { DocumentCache, type Evictable } from '../../../src/core/sync/document-cache.ts';

function entry(name: string, released: string[], isBusy = false): Evictable {
  return { isBusy, weight: 10, release: () => void released.push(name) };
}

test('the least recently used leave first, but who is at work, and each that leaves is told', () => {
  let evictions = 0;
  const released: string[] = [];
  const cache = new DocumentCache(30, () => (evictions += 1));
  const first = entry('first', released);
  for (const one of [first, entry('busy', released, true), entry('third', released)]) cache.touch(one);
  expect(evictions).toBe(0);
  cache.touch(first);
  cache.touch(entry('fourth', released));
  expect(released).toEqual(['third']);
  cache.drop(first);
  cache.touch(entry('fifth', released));
  expect({ released, evictions, size: cache.size }).toEqual({ released: ['third'], evictions: 1, size: 3 });
});
