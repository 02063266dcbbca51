import { describe, expect, test } from 'bun:test';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { controlSocketPath, documentsPath } from '../../../src/core/store/layout.ts';
import { run } from '../../../src/features/status/command.ts';
import { status } from '../../../src/features/status/status.ts';
import { runCommand, type CommandRun } from '../../support/command.ts';
import { ComposedServer } from '../../support/composed-server.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { makeTestKey } from '../../support/proof.ts';
import { failureOf } from '../../support/rejection.ts';
import { readExpected, stockFixtures } from '../../support/stock-data.ts';

const [fixture = ''] = stockFixtures;
const library = parseNamespace('xyz.groundmist.library');

async function start(dataDirectory: string) {
  const server = await ComposedServer.start({ environment: { DATA_DIR: dataDirectory } });
  const control = Bun.serve({
    unix: controlSocketPath(dataDirectory),
    fetch: (request) => server.groundmist.control(request),
  });
  const ask = async () => {
    const answer = await server.groundmist.control(new Request('http://localhost/status'));
    return status.parse(await answer.json());
  };
  const command = (given: CommandRun = {}) =>
    runCommand(run, { ...given, environment: { DATA_DIR: dataDirectory } });
  return {
    server,
    ask,
    command,
    async [Symbol.asyncDispose]() {
      await control.stop(true);
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('the running server', () => {
  test('says what it keeps, for whom, since when, and who waits', async () => {
    using folder = temporaryFolder();
    cpSync(fixture, folder.path, { recursive: true });
    await using world = await start(folder.path);
    const { server, ask } = world;
    const expected = readExpected(fixture);
    await eventually('the namespaces are open', async () =>
      (await ask()).namespaces.every(({ state }) => state === 'open'),
    );
    const startedAt = new Date(server.clock.now()).toISOString();
    await server.letIn();
    void server.signIn({ key: await makeTestKey() });
    const id = await server.nextApproval();
    server.clock.advance(30_500);
    server.clock.turnBack(60_000);
    const answer = await ask();
    expect(answer).toMatchObject({
      at: new Date(server.clock.now()).toISOString(),
      pid: process.pid,
      startedAt,
      uptimeSeconds: 30,
      owner: server.owner.did,
      host: 'sync.example.com',
      url: 'https://sync.example.com',
      dataDirectory: folder.path,
      isReady: true,
      problems: [],
      documents: Object.values(expected).reduce((sum, documents) => sum + Object.keys(documents).length, 0),
      sessions: 1,
      devices: 1,
      peers: 0,
      approvals: [{ id, namespace: library }],
      backup: null,
      publish: { state: 'unknown', checkedAt: null, since: null, host: null, missed: null },
      certificate: null,
    });
    expect(answer.namespaces.map(({ namespace, documents }) => [namespace, documents])).toEqual(
      Object.entries(expected).map(([namespace, documents]) => [namespace, Object.keys(documents).length]),
    );
    expect(answer.disk.freeBytes).toBeGreaterThan(0);
  });

  test('has what its features report', async () => {
    using folder = temporaryFolder();
    await using world = await start(folder.path);
    const at = Date.UTC(2025, 10, 21);
    world.server.groundmist.core.reports.add(() => ({
      backup: { lastAt: at, isStale: true },
      publish: { state: 'another-host', checkedAt: at, since: at, host: 'x.com', problem: 'It leads away.' },
      certificate: { source: 'authority', validTo: undefined, nextAt: at },
      reasons: ['There is no certificate.'],
      warnings: ['The backup is old.'],
    }));
    const time = '2025-11-21T00:00:00.000Z';
    expect(await world.ask()).toMatchObject({
      backup: { lastAt: time, isStale: true },
      publish: { state: 'another-host', checkedAt: time, since: time, host: 'x.com' },
      certificate: { source: 'authority', validTo: null, nextAt: time },
      isReady: false,
      problems: ['There is no certificate.', 'It leads away.'],
      warnings: expect.arrayContaining(['The backup is old.']),
    });
    expect((await failureOf(world.command())).kind.exit).toBe(3);
  });

  test('is asked over the control socket alone', async () => {
    using folder = temporaryFolder();
    await using world = await start(folder.path);
    const answer = await world.server.fetch(new Request('https://sync.example.com/status'));
    expect(answer.status).toBe(404);
  });
});

describe('a namespace that cannot be served', () => {
  test('is a problem: it is told, and the command ends with exit 3', async () => {
    using folder = temporaryFolder();
    const path = documentsPath(folder.path, library);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'no database, however long '.repeat(100));
    await using world = await start(folder.path);
    await eventually('the namespace has failed', async () =>
      (await world.ask()).namespaces.every(({ state }) => state === 'failed'),
    );
    const answer = await world.ask();
    expect(answer.problems).toEqual([
      expect.stringMatching(
        /^xyz\.groundmist\.library cannot be served: .*\. `groundmist verify xyz\.groundmist\.library` says what/,
      ),
    ]);
    expect(answer.isReady).toBe(false);
    expect(answer.namespaces).toMatchObject([{ namespace: library, documents: null, state: 'failed' }]);
    const failure = await failureOf(world.command());
    expect(failure.kind.exit).toBe(3);
    expect(failure.message).toBe('The server has a problem, named above.');
    expect(failure.kind.hint).not.toContain('groundmist status');
  });
});

describe('the command', () => {
  test('prints the documented JSON', async () => {
    using folder = temporaryFolder();
    await using world = await start(folder.path);
    const store = await world.server.groundmist.core.hubs.open(library);
    expect(store.namespace).toBe(library);
    const { results } = await world.command({ options: { json: true } });
    const printed = JSON.parse(results.join('')) as Record<string, unknown>;
    const varying = {
      at: '<time>',
      version: '<version>',
      pid: 0,
      startedAt: '<time>',
      owner: '<did>',
      dataDirectory: '<data>',
      memory: { serverBytes: 0, automergeBytes: null },
      disk: { freeBytes: 0, sizeBytes: 0 },
    };
    expect(Object.keys(printed)).toEqual(expect.arrayContaining(Object.keys(varying)));
    const golden = readFileSync(join(import.meta.dir, 'golden/status.json'), 'utf8');
    expect(`${JSON.stringify({ ...printed, warnings: [], ...varying }, undefined, 2)}\n`).toBe(golden);
  });

  test('where no server runs says how to start it', async () => {
    using folder = temporaryFolder();
    const failure = await failureOf(runCommand(run, { environment: { DATA_DIR: folder.path } }));
    expect(failure.code).toBe('ServerUnreachable');
    expect(failure.kind.exit).toBe(1);
  });

  test('meets a server of another version with a sentence', async () => {
    using folder = temporaryFolder();
    const path = controlSocketPath(folder.path);
    mkdirSync(dirname(path), { recursive: true });
    const other = Bun.serve({ unix: path, fetch: () => Response.json({ version: 7 }) });
    const failure = await failureOf(runCommand(run, { environment: { DATA_DIR: folder.path } }));
    expect(failure.message).toContain('another version');
    await other.stop(true);
  });
});
