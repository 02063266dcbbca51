import { afterAll, beforeAll, expect, test } from 'bun:test';
import { Repo, type AutomergeUrl } from '@automerge/automerge-repo';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAutomerge } from '../src/core/automerge.ts';
import { eventually } from './support/eventually.ts';
import { TestOAuthSession } from './support/oauth-session.ts';
import { servePublished } from './support/published-pds.ts';
import { startOwner } from './support/plc.ts';
import { World } from './support/world.ts';

type Connect = (
  session: TestOAuthSession,
  repo: Repo,
  namespace: string,
  root: AutomergeUrl | null,
) => Promise<AutomergeUrl | null>;

const root = join(import.meta.dir, '..');
const namespace = 'xyz.groundmist.library';
const [, code = ''] = /^```ts\n(.*?)^```$/ms.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];

/** The code of the page as a module, in a folder of the checkout, where it finds its imports. */
let folder: string;
beforeAll(async () => {
  // Server and apps share one process here, and so one Automerge: loading it later would take it from under the apps.
  await loadAutomerge();
  mkdirSync(join(root, 'coverage'), { recursive: true });
  folder = mkdtempSync(join(root, 'coverage/readme-'));
  writeFileSync(join(folder, 'connect.ts'), code);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Answers yes to whoever asks until `work` is done. */
async function approving<Result>(world: World, work: Promise<Result>): Promise<Result> {
  let isDone = false;
  const done = work.finally(() => (isDone = true));
  await Promise.race([
    done,
    eventually('the app was let in', () => {
      const { access } = world.groundmist.core;
      for (const { id } of access.list().approvals) access.approve(id, { permission: 'read-write' });
      return isDone;
    }),
  ]);
  return await done;
}

test('the code in the README is not long', () => {
  const statements = code.split('\n').filter((line) => line !== '' && !/^(?:import|\/\*\*)/.test(line));
  expect(statements.length).toBeLessThanOrEqual(22);
});

test('the code in the README connects an app twice, and both start from the first root document', async () => {
  await using owner = await startOwner();
  await using world = await World.start({ owner });
  await using pds = servePublished(owner, new URL(world.url).host);
  const { connect } = (await import(join(folder, 'connect.ts'))) as { connect: Connect };
  const [first, second] = [new Repo(), new Repo()];
  const session = await TestOAuthSession.create(world.owner.did, pds.url);

  const written = first.create({ title: 'Reading list' });
  expect(await approving(world, connect(session, first, namespace, written.url))).toBe(written.url);
  const shared = await approving(world, connect(session, second, namespace, null));
  expect(shared).toBe(written.url);
  await eventually('the second is connected', () => second.peers.length > 0);
  const found = await second.find<{ title: string }>(written.url);
  expect(found.doc()).toEqual({ title: 'Reading list' });
  await Promise.all([first.shutdown(), second.shutdown()]);
});

test('the code in the README says why an app is not let in', async () => {
  await using owner = await startOwner();
  await using world = await World.start({ owner });
  await using pds = servePublished(owner, new URL(world.url).host);
  const { connect } = (await import(join(folder, 'connect.ts'))) as { connect: Connect };
  const session = await TestOAuthSession.create(world.owner.did, pds.url);
  const asking = connect(session, new Repo(), 'not-a-namespace', null);
  expect(asking).rejects.toThrow('"not-a-namespace" is not a lexicon authority');
  await asking.catch(() => {});
});

test('the code in the README has no type errors', () => {
  const session = `declare module '@atproto/oauth-client-browser' {
    export interface OAuthSession {
      readonly did: \`did:plc:\${string}\`;
      fetchHandler(pathname: string, init?: RequestInit): Promise<Response>;
    }
  }`;
  writeFileSync(join(folder, 'session.d.ts'), session);
  const compilerOptions = { lib: ['ESNext', 'DOM'], types: [] };
  const config = { extends: '../../tsconfig.json', include: ['*.ts'], compilerOptions };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const child = Bun.spawnSync([join(root, 'node_modules/.bin/tsc'), '-p', folder]);
  expect(child.stdout.toString()).toBe('');
  expect(child.exitCode).toBe(0);
});
