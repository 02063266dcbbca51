import { describe, expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../../support/folder.ts';
import { useData } from '../../support/left-data.ts';
import { sampleId } from '../../support/sample-documents.ts';
import { leaveKilled } from './killed-data.ts';
import { allDamage, repairAll } from './repaired.ts';

const tail = 'xyz/groundmist/library/documents.sqlite-tail';
const log = 'xyz/groundmist/library/documents.sqlite-wal';
const blockBytes = 4096;

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  writeFileSync(path, bytes);
}

describe('a data directory that a kill left', () => {
  test('is whole', async () => {
    using folder = temporaryFolder();
    await leaveKilled(folder.at('data'), 3);
    expect(await allDamage(folder.at('data'))).toEqual([]);
  });

  test('has a damaged change in its tail told of its document, and repaired', async () => {
    using folder = temporaryFolder();
    const data = folder.at('data');
    await leaveKilled(data, 12);
    flip(`${data}/${tail}`, 200);
    const damage = await allDamage(data);
    expect(damage).toMatchObject([
      {
        kind: 'document',
        report: {
          id: sampleId(5),
          findings: [{ problem: 'its record in the tail is damaged' }],
          survives: { loads: true },
        },
      },
    ]);
    await repairAll(data);
    expect(await allDamage(data)).toEqual([]);
  });

  test('has a tail that is damaged beyond knowing made anew of what is whole in it', async () => {
    using folder = temporaryFolder();
    const data = folder.at('data');
    await leaveKilled(data, 40);
    const bytes = readFileSync(`${data}/${tail}`);
    bytes.fill(0x55, blockBytes, 3 * blockBytes);
    writeFileSync(`${data}/${tail}`, bytes);
    expect((await allDamage(data)).map(({ kind }) => kind)).toContain('store');
    await repairAll(data);
    expect(await allDamage(data)).toEqual([]);
    await useData(data, 'sqlite', async (store) => {
      // Of every document at least what was not in the tail, and of the first and the last of them all.
      expect(await store.list({ limit: 100 })).toHaveLength(44);
      expect((await store.facts(sampleId(5)))?.chunkCount).toBe(4);
      expect((await store.facts(sampleId(44)))?.chunkCount).toBe(4);
    });
  });

  test('has a damaged place in its log found where commits lie behind it', async () => {
    using folder = temporaryFolder();
    const data = folder.at('data');
    await leaveKilled(data, 3);
    flip(`${data}/${log}`, 100);
    const files = (await allDamage(data)).flatMap((event) =>
      event.kind === 'file' ? event.finding.path : [],
    );
    expect(files).toContain(log);
    await repairAll(data);
    expect(await allDamage(data)).toEqual([]);
    await useData(data, 'sqlite', async (store) => {
      expect(await store.list({ limit: 100 })).toHaveLength(7);
    });
  });

  test('has a damaged log of apps and devices told with what no device brings', async () => {
    using folder = temporaryFolder();
    const data = folder.at('data');
    await leaveKilled(data, 1);
    writeFileSync(`${data}/.groundmist/control.sqlite-wal`, Buffer.alloc(64, 1));
    expect(await allDamage(data)).toMatchObject([
      {
        kind: 'file',
        finding: {
          path: '.groundmist/control.sqlite-wal',
          advice: expect.stringContaining('no device brings it'),
        },
      },
    ]);
  });
});
