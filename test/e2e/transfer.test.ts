import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/folder.ts';
import { makeDocument, numberedId, writeStock } from '../support/plain-store.ts';
import { generations } from '../support/stock-client.ts';
import { openStockStorage } from '../support/stock-storage.ts';
import { Binary } from './binary.ts';
import { killAtEach, oneNamespace } from './killed-conversion.ts';
import { Installation, library } from './server.ts';
import { whyNoStrace } from './system-calls.ts';

describe('with a server', () => {
  let home: Installation;
  beforeEach(async () => {
    home = await Installation.create();
  });
  afterEach(() => home[Symbol.asyncDispose]());

  test.each(generations)(
    'a folder of automerge-repo %s reaches an app, and its edits a Repo',
    async (generation) => {
      const source = join(home.binary.folder, 'source');
      mkdirSync(source);
      const id = await openStockStorage(generation, source).create({ title: 'one' });
      const imported = await home.run('import', source, '--into', library);
      expect(imported).toMatchObject({ exitCode: 0, stderr: '' });

      const server = await home.serve();
      const app = await home.client(await home.admit(), generation);
      const document = await app.find(`automerge:${id}`);
      expect(document.content()).toEqual({ title: 'one' });
      document.change((root) => void (root['title'] = 'two'));
      const isStored = async (): Promise<boolean> =>
        (await home.run('inspect', '--dump')).stdout.includes('"two"');
      await eventually('the edit is stored', isStored);

      const busy = await home.run('import', source, '--into', library);
      expect(busy.exitCode).toBe(5);
      expect(busy.stderr).toContain(`process ${server.pid}`);

      // Beside the running server.
      const out = join(home.binary.folder, 'out');
      expect(await home.run('export', out, library)).toMatchObject({ exitCode: 0 });
      expect((await openStockStorage(generation, out).read(id)).content).toEqual({ title: 'two' });
      app.close();
    },
  );

  test('after GROUNDMIST_STORE was changed the server names the command, and that converts', async () => {
    const server = await home.serve();
    const app = await home.client(await home.admit());
    const document = app.create({ title: 'one' });
    await eventually('it is stored', async () => (await home.run('inspect')).stdout.includes('1 document'));
    await server.stop();
    app.close();
    home.settings = { ...home.settings, GROUNDMIST_STORE: 'nodefs' };
    const refused = home.launch();
    await eventually('it gives up', () => refused.hasEnded);
    expect(await refused.stderr.whole()).toContain('Run `groundmist import` without a folder');

    expect(await home.run('import')).toMatchObject({ exitCode: 0 });
    await home.serve();
    const again = await home.client(await home.admit());
    expect((await again.find(document.url)).content()).toEqual({ title: 'one' });
    again.close();
  });
});

describe('alone', () => {
  let binary: Binary;
  beforeAll(() => {
    binary = new Binary();
  });
  afterAll(() => binary[Symbol.dispose]());

  const reason = whyNoStrace();
  test.skipIf(reason !== undefined).each(['sqlite', 'nodefs'] as const)(
    'a conversion from %s that is killed at any move has lost nothing, and goes on',
    async (from) => {
      expect(await killAtEach({ binary, from, namespaces: oneNamespace, call: 'rename' })).toBeGreaterThan(5);
    },
  );

  test('Ctrl-C ends an import with 130, its child process with it, and the next one goes on', async () => {
    using folder = temporaryFolder();
    const documents = 1_500;
    for (let number = 0; number < documents; number += 1) {
      writeStock(folder.path, 'source', await makeDocument(numberedId(number), { number }));
    }
    const env = { DATA_DIR: folder.at('data') };
    const words = ['import', folder.at('source'), '--into', library];
    const child = binary.start(words, { env });
    await eventually('it has begun', () => existsSync(join(folder.at('data'), 'xyz/groundmist/library')));
    child.kill('SIGINT');
    expect(await child.exited).toBe(130);
    const { exitCode, stdout } = await binary.run(words, { env });
    expect(exitCode).toBe(0);
    const [added = 0, here = 0] = [/([\d,]+) new/, /([\d,]+) already/].map((pattern) =>
      Number(pattern.exec(stdout)?.[1]?.replaceAll(',', '')),
    );
    expect(added + here).toBe(documents);
  });

  test('Ctrl-C ends an export with 130 and leaves no part of a file', async () => {
    using folder = temporaryFolder();
    for (let number = 0; number < 600; number += 1) {
      writeStock(folder.at('data'), library, await makeDocument(numberedId(number), { number }));
    }
    const env = { DATA_DIR: folder.at('data') };
    const child = binary.start(['export', folder.at('out')], { env });
    await eventually('it has begun', () => existsSync(join(folder.at('out'), '.groundmist-export')));
    child.kill('SIGINT');
    expect(await child.exited).toBe(130);
    expect(readdirSync(folder.at('out'))).not.toContain('.groundmist-export');
    const { stdout, exitCode } = await binary.run(['export', folder.at('out')], { env });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('document');
  });
});
