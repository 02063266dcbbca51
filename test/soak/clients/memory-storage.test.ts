import { expect, test } from 'bun:test';
import { MemoryStorage } from './memory-storage.ts';

test('it gives back what it was given, by key and by the beginning of keys', async () => {
  const storage = new MemoryStorage();
  await storage.save(['doc', 'incremental', 'a'], Uint8Array.of(1));
  await storage.save(['doc', 'snapshot', 'b'], Uint8Array.of(2));
  await storage.save(['document', 'snapshot', 'c'], Uint8Array.of(3));
  expect(await storage.load(['doc', 'snapshot', 'b'])).toEqual(Uint8Array.of(2));
  expect((await storage.loadRange(['doc'])).map(({ key }) => key.at(-1))).toEqual(['a', 'b']);
  await storage.remove(['doc', 'snapshot', 'b']);
  expect(await storage.load(['doc', 'snapshot', 'b'])).toBeUndefined();
  await storage.removeRange(['doc']);
  expect(await storage.loadRange(['doc'])).toEqual([]);
  expect(await storage.loadRange(['document'])).toHaveLength(1);
});
