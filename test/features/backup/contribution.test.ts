import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync } from 'node:fs';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { ComposedServer } from '../../support/composed-server.ts';
import { verify } from '../../support/backed-up.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { codeOf } from '../../support/rejection.ts';

const soonMs = 60_000;

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(folder.at('out'));
});
afterEach(() => folder[Symbol.dispose]());

function start(environment: Readonly<Record<string, string>> = {}): Promise<ComposedServer> {
  return ComposedServer.start({
    environment: {
      DATA_DIR: folder.at('data'),
      GROUNDMIST_BACKUP_DIRECTORY: folder.at('out'),
      ...environment,
    },
  });
}

async function ready(server: ComposedServer): Promise<unknown> {
  const answer = await server.groundmist.monitor(new Request('http://localhost/ready'));
  const { publish: _watched, ...rest } = (await answer.json()) as Record<string, unknown>;
  return rest;
}

async function warnings(server: ComposedServer): Promise<readonly string[]> {
  const answer = await server.groundmist.control(new Request('http://localhost/ready'));
  return ((await answer.json()) as { readonly warnings: readonly string[] }).warnings;
}

function madeBackup(): Promise<string> {
  return eventually('a backup is made', () =>
    readdirSync(folder.at('out')).find((name) => name.startsWith('ground')),
  );
}

test('a server makes one soon after its start, in a process of its own, and tells how old it is', async () => {
  await using server = await start();
  await server.letIn();
  expect(await ready(server)).toMatchObject({
    status: 'ready',
    backup: { ageSeconds: null, isStale: false },
  });
  server.clock.advance(soonMs);
  const name = await madeBackup();
  expect(name).toMatch(/^groundmist-scheduled-\d{8}T\d{6}Z\.tar\.zst$/);
  expect((await verify(folder.at(`out/${name}`))).manifest).toMatchObject({
    owner: server.owner.did,
    sessions: 1,
  });
  await eventually('it is told', async () => JSON.stringify(await ready(server)).includes('"ageSeconds":0'));
  expect(await warnings(server)).toEqual([]);
});

test('for the recipients of the setting', async () => {
  const identity = await generateX25519Identity();
  await using server = await start({ GROUNDMIST_BACKUP_RECIPIENT: await identityToRecipient(identity) });
  server.clock.advance(soonMs);
  const name = await madeBackup();
  expect(name).toEndWith('.tar.zst.age');
  const key = async () => ({ kind: 'identities', identities: [identity] }) as const;
  expect((await verify(folder.at(`out/${name}`), key)).problems).toEqual([]);
});

test('without a folder for them nothing is made and nothing is told', async () => {
  await using server = await start({ GROUNDMIST_BACKUP_DIRECTORY: '' });
  server.clock.advance(1000 * soonMs);
  expect(await ready(server)).not.toHaveProperty('backup');
});

test('a server that stops in the middle of one leaves nothing of it', async () => {
  const server = await start();
  server.clock.advance(soonMs);
  await eventually('it has begun', () => readdirSync(folder.at('out')).length > 0);
  await server[Symbol.asyncDispose]();
  expect(readdirSync(folder.at('out')).filter((name) => name.startsWith('.'))).toEqual([]);
});

describe('a folder', () => {
  test('that is not there is warned of, and does not keep a server from running', async () => {
    await using server = await start({ GROUNDMIST_BACKUP_DIRECTORY: folder.at('missing') });
    expect((await warnings(server)).join()).toContain('missing cannot be read');
    server.clock.advance(soonMs);
    await eventually('the attempt is told', async () =>
      (await warnings(server)).join().includes('There is no folder'),
    );
    expect(await ready(server)).toMatchObject({ status: 'ready' });
  });

  test('inside of the data directory is refused', async () => {
    mkdirSync(folder.at('data/backups'), { recursive: true });
    const starting = start({ GROUNDMIST_BACKUP_DIRECTORY: folder.at('data/backups') });
    expect(await codeOf(starting)).toBe('ConfigurationInvalid');
  });
});

test.each([
  ['GROUNDMIST_BACKUP_EVERY', 'daily'],
  ['GROUNDMIST_BACKUP_EVERY', '0h'],
  ['GROUNDMIST_BACKUP_KEEP', '0'],
  ['GROUNDMIST_BACKUP_RECIPIENT', 'age1nonsense'],
])('%s=%s keeps a server from starting', async (name, value) => {
  expect(await codeOf(start({ [name]: value }))).toBe('ConfigurationInvalid');
});
