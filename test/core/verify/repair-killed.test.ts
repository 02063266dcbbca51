import { expect, test } from 'bun:test';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownCommand } from '../../../src/platform/executable.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { leaveData, useData } from '../../support/left-data.ts';
import { allDamage, repairAll } from './repaired.ts';

/** Repairs in a process of its own, which is killed once it has said `text`. */
async function repairUntil(dataDirectory: string, text: string): Promise<void> {
  const command = [...ownCommand(), 'verify', '--repair', '--data-dir', dataDirectory];
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'ignore' });
  let said = '';
  for await (const bytes of child.stdout) {
    said += new TextDecoder().decode(bytes);
    if (said.includes(text)) break;
  }
  child.kill('SIGKILL');
  await child.exited;
  expect(said).toContain(text);
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

test('a repair that was killed when it had made a database anew is taken up by the next', async () => {
  using folder = temporaryFolder();
  await leaveData(folder.path, 'sqlite');
  flip(folder.at('xyz/groundmist/library/documents.sqlite'), 8200);
  await repairUntil(folder.path, '"kind":"rebuilt"');
  await repairAll(folder.path);
  expect(await allDamage(folder.path)).toEqual([]);
  await useData(folder.path, 'sqlite', async (store) => {
    expect(await store.list({ limit: 9 })).toHaveLength(4);
  });
});

test('a repair that was killed between two documents is taken up by the next', async () => {
  using folder = temporaryFolder();
  await leaveData(folder.path, 'nodefs');
  const base = folder.at('xyz/groundmist/library');
  const chunks = readdirSync(base, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\/incremental\/[0-9a-f]{64}$/.test(path),
  );
  for (const path of chunks.filter((_, index) => index % 3 === 0)) flip(join(base, path), 30);
  await repairUntil(folder.path, '"kind":"repaired"');
  await repairAll(folder.path, 'nodefs');
  expect(await allDamage(folder.path)).toEqual([]);
  // One was in quarantine before.
  const kept = readdirSync(folder.at('.groundmist/quarantine/xyz.groundmist.library'));
  expect(kept.filter((name) => name.endsWith('.chunk'))).toHaveLength(1 + Math.ceil(chunks.length / 3));
});
