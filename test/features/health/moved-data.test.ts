import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { LeanClient } from '../../support/lean-client.ts';
import { Scrape } from '../../support/scrape.ts';
import { Served } from '../../support/served.ts';

let folder: TemporaryFolder;
let data: string;
let served: Served;
let client: LeanClient;
beforeEach(async () => {
  folder = temporaryFolder();
  data = folder.at('data');
  served = await Served.start({ environment: { DATA_DIR: data, GROUNDMIST_METRICS: '127.0.0.1:0' } });
  client = await LeanClient.connect(await served.admit());
  await store(client);
});
afterEach(async () => {
  await served[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** Resolves once the server has acknowledged a new document. */
async function store(by: LeanClient): Promise<string> {
  const id = by.create({ at: 'work' });
  await eventually('it is acknowledged', () => (by.told.get(id)?.size ?? 0) > 0);
  return id;
}

async function expectNotReady(): Promise<void> {
  expect((await served.ask({ start: 'GET /ready' })).status).toBe(503);
  const watched = await served.watch('/ready');
  expect(watched.status).toBe(503);
  expect(await watched.json()).toMatchObject({
    reasons: [
      expect.stringMatching(/was moved, deleted or replaced, and nothing new is stored\. Put it back/),
    ],
  });
  const scrape = await Scrape.of(served);
  const [ready, writable] = ['groundmist_ready', 'groundmist_writable'].map((name) => scrape.value(name));
  expect([ready, writable]).toEqual([0, 0]);
}

async function expectRefused(): Promise<void> {
  const id = client.create({ at: 'nowhere' });
  await eventually('the socket is closed', () => client.isClosed);
  expect(client.closed).toEqual({
    code: 1013,
    reason: expect.stringContaining('the data directory of the server was moved, deleted or replaced.'),
  });
  expect(client.told.get(id)?.size ?? 0).toBe(0);
}

const ways: readonly (readonly [string, () => void])[] = [
  ['moved away', () => renameSync(data, `${data}.gone`)],
  [
    'deleted, with an empty folder in its place',
    () => {
      rmSync(data, { recursive: true });
      mkdirSync(data);
    },
  ],
  [
    'replaced by a copy',
    () => {
      renameSync(data, `${data}.gone`);
      cpSync(`${data}.gone`, data, {
        recursive: true,
        filter: (path) => !path.endsWith('.sock'),
      });
    },
  ],
  [
    'emptied but for what is hidden',
    () => {
      for (const name of readdirSync(data))
        if (!name.startsWith('.')) rmSync(join(data, name), { recursive: true });
    },
  ],
];

describe('a data directory under a running server that was', () => {
  test.each(ways)('%s: nothing is acknowledged, and it says that it is not ready', async (_way, change) => {
    change();
    await expectNotReady();
    await expectRefused();
  });

  test('moved away and back: it goes on', async () => {
    renameSync(data, `${data}.gone`);
    await expectRefused();
    renameSync(`${data}.gone`, data);
    expect((await served.watch('/ready')).status).toBe(200);
    await store(await LeanClient.connect(await served.admit()));
  });

  test('replaced by a copy: a stop leaves the copy as it is', async () => {
    const tails = () => [...new Bun.Glob('**/*-tail').scanSync({ cwd: data })];
    renameSync(data, `${data}.gone`);
    cpSync(`${data}.gone`, data, { recursive: true, filter: (path) => !path.endsWith('.sock') });
    const before = tails();
    expect(before).toHaveLength(1);
    await served.stop();
    expect(tails()).toEqual(before);
    expect(existsSync(join(data, '.groundmist/sums'))).toBe(false);
  });
});
