import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { generations } from '../support/stock-client.ts';
import { openStockStorage } from '../support/stock-storage.ts';
import { Installation, library } from './server.ts';

setDefaultTimeout(60_000);

let home: Installation;
beforeEach(async () => {
  home = await Installation.create();
  home.settings = { ...home.settings, GROUNDMIST_STORE: 'nodefs' };
});
afterEach(() => home[Symbol.asyncDispose]());

test('with GROUNDMIST_STORE=nodefs apps sync into a folder that stock software opens, and the other way', async () => {
  const base = join(home.dataDirectory, ...library.split('.'));
  let server = await home.serve();
  for (const generation of generations) {
    const app = await home.client(await home.admit(), generation);
    const document = app.create({ title: 'one', steps: 0 });
    for (let step = 1; step <= 5; step += 1) document.change((content) => void (content['steps'] = step));
    const dumped = async (): Promise<boolean> => {
      const { stdout } = await home.run('inspect', document.url);
      return stdout.includes('5');
    };
    await eventually('inspect shows it beside the server', dumped);
    await server.stop();
    app.close();

    const id = document.url.replace('automerge:', '');
    expect((await openStockStorage(generation, base).read(id)).content).toEqual({ title: 'one', steps: 5 });
    await openStockStorage(generation, base).change(id, (content) => void (content['title'] = 'two'));
    const created = await openStockStorage(generation, base).create({ title: 'beside' });

    server = await home.serve();
    const reader = await home.client(await home.admit(), generation);
    expect((await reader.find(document.url)).content()).toEqual({ title: 'two', steps: 5 });
    expect((await reader.find(`automerge:${created}`)).content()).toEqual({ title: 'beside' });
    reader.close();
  }
});

test('a store that holds documents already is not exchanged for the other one', async () => {
  const server = await home.serve();
  const app = await home.client(await home.admit());
  app.create({ title: 'one' });
  await eventually('it is stored', async () => (await home.run('inspect')).stdout.includes('1 document'));
  await server.stop();
  const other = home.launch({ GROUNDMIST_STORE: 'sqlite' });
  await eventually('it gives up', () => other.hasEnded);
  expect((await other.ending()).exitCode).toBe(2);
  expect(await other.lastSentence()).toContain('kept by the store "nodefs", and GROUNDMIST_STORE is sqlite');
});
