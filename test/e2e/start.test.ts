import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import type { ServerProcess } from './server-process.ts';
import { Installation } from './server.ts';

setDefaultTimeout(60_000);

let home: Installation;
beforeEach(async () => {
  home = await Installation.create();
});
afterEach(() => home[Symbol.asyncDispose]());

/** The exit code of a server that does not come up, and the sentence it leaves. */
async function refusal(
  server: ServerProcess,
): Promise<{ readonly exitCode: number | null; readonly said: string }> {
  await eventually('it gives up', () => server.hasEnded);
  const { exitCode } = await server.ending();
  for (const line of (await server.stderr.whole()).trimEnd().split('\n'))
    expect(JSON.parse(line)).toHaveProperty('time');
  const said = await server.lastSentence();
  expect(said).toStartWith('The server cannot run: ');
  return { exitCode, said };
}

/** The settings of another place in front of the same data directory. */
function at(port: number): Readonly<Record<string, string>> {
  return { PORT: String(port), GROUNDMIST_HOST: `localhost:${port}` };
}

describe('the data directory belongs to one server', () => {
  test('a second one is told who holds it and exits with 5; the first goes on', async () => {
    const first = await home.serve();
    const { exitCode, said } = await refusal(home.launch(at(await freePort())));
    expect(exitCode).toBe(5);
    expect(said).toContain(`The data directory ${home.dataDirectory} is held by process ${first.pid}, `);
    expect(said).toContain(`listening on 127.0.0.1:${home.port}`);
    expect((await fetch(`${home.url}/health`)).status).toBe(200);
  });

  test('after kill -9 of the first the next starts at once', async () => {
    const first = await home.serve();
    await first.kill();
    const second = await home.serve();
    expect(second.hasEnded).toBe(false);
  });

  test('of several that start together one runs', async () => {
    const ports = await Promise.all(Array.from({ length: 4 }, freePort));
    const servers = ports.map((port) => home.launch(at(port)));
    await eventually('three gave up', () => servers.filter((one) => one.hasEnded).length === 3);
    const codes = await Promise.all(servers.filter((one) => one.hasEnded).map((one) => one.ending()));
    expect(codes.map(({ exitCode }) => exitCode)).toEqual([5, 5, 5]);
    const [survivor] = servers.flatMap((one, index) => (one.hasEnded ? [] : [{ one, port: ports[index] }]));
    await survivor?.one.untilReady(`http://localhost:${survivor.port}`);
  });
});

test('a port that is taken is named, with exit code 5, and the data directory is free again', async () => {
  const holder = Bun.serve({ hostname: '127.0.0.1', port: home.port, fetch: () => new Response() });
  const { exitCode, said } = await refusal(home.launch());
  expect(exitCode).toBe(5);
  expect(said).toContain(`The port ${home.port} of 127.0.0.1 is taken by another program.`);
  await holder.stop(true);
  await home.serve();
});

const unset = '';

describe('serve does not start, and says why, with', () => {
  const wrong: readonly (readonly [Record<string, string>, exitCode: number, sentence: string])[] = [
    [{ PORT: 'http' }, 2, 'PORT'],
    [{ PORT: '70000' }, 2, 'PORT'],
    [{ PORT: '0', GROUNDMIST_HOST: unset }, 2, 'With PORT=0 the system chooses the port'],
    [{ ATPROTO_DID: unset }, 2, 'ATPROTO_DID'],
    [{ ATPROTO_DID: 'alice.example.com' }, 2, 'a DID looks like'],
    [{ GROUNDMIST_SYNC_SECRET_KEY: unset }, 2, 'GROUNDMIST_SYNC_SECRET_KEY'],
    [{ GROUNDMIST_SYNC_SECRET_KEY: 'short' }, 2, 'at least 32 bytes in hex'],
    [{ GROUNDMIST_HOST: 'https://sync.example.com' }, 2, 'leave out the scheme'],
    [{ GROUNDMIST_LISTEN: '0.0.0.0', GROUNDMIST_HOST: unset }, 2, 'add GROUNDMIST_HOST='],
    [{ GROUNDMIST_LISTEN: '192.0.2.1' }, 1, 'This machine cannot listen on 192.0.2.1'],
    [{ GROUNDMIST_STORE: 'postgres' }, 2, 'it is sqlite or nodefs'],
    [{ DATA_DIR: '/dev/null/data' }, 2, 'The data directory /dev/null/data is not a folder.'],
    [{ DATA_DIR: '/proc/data' }, 1, 'The data directory /proc/data cannot be written'],
  ];
  test.each(wrong)('%j', async (changed, code, sentence) => {
    const { exitCode, said } = await refusal(home.launch(changed));
    expect(said).toContain(sentence);
    expect(exitCode).toBe(code);
    expect(said).not.toContain('ab'.repeat(32));
  });

  test('everything missing at once, and all of it is named', async () => {
    home.settings = {};
    const { exitCode, said } = await refusal(home.launch());
    expect(exitCode).toBe(2);
    expect(said).toContain('ATPROTO_DID');
    expect(said).toContain('GROUNDMIST_SYNC_SECRET_KEY');
  });

  test('one port for apps and for metrics', async () => {
    const metrics = { GROUNDMIST_METRICS: `127.0.0.1:${home.port}` };
    const { exitCode, said } = await refusal(home.launch(metrics));
    expect(said).toContain(
      `The port ${home.port}, where metrics are to be asked for, is the one for apps (PORT).`,
    );
    expect(exitCode).toBe(2);
  });

  test('a file where the data directory should be', async () => {
    writeFileSync(home.dataDirectory, 'not a folder');
    const { exitCode, said } = await refusal(home.launch());
    expect(exitCode).toBe(2);
    expect(said).toContain('is not a folder. Set DATA_DIR to a folder that groundmist may own.');
  });
});

test.if(process.platform === 'linux')(
  'the server runs without the last compiler, as the process that was started',
  async () => {
    const server = await home.serve();
    const environment = readFileSync(`/proc/${server.pid}/environ`, 'utf8').split('\0');
    expect(environment).toContain('BUN_JSC_useFTLJIT=false');
  },
);
