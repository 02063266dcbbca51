import { beforeEach, expect, test } from 'bun:test';
import { Database } from 'bun:sqlite';
import { openLog } from '../src/platform/log.ts';
import { controlDatabasePath } from '../src/core/store/layout.ts';
import { ComposedServer } from './support/composed-server.ts';
import { eventually } from './support/eventually.ts';
import { makeTestKey } from './support/proof.ts';

const origin = 'https://app.example';

interface Line {
  readonly level: string;
  readonly area: string;
  readonly message: string;
  readonly requestId?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

let lines: Line[];
async function start(level: 'debug' | 'info', environment = {}): Promise<ComposedServer> {
  const write = (line: string): boolean => lines.push(JSON.parse(line) as Line) > 0;
  return ComposedServer.start({ log: await openLog({ form: 'json', level, write }), environment });
}
beforeEach(() => {
  lines = [];
});

function get(
  server: ComposedServer,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return server.fetch(new Request(`https://sync.example.com${path}`, { headers }));
}

function idOf(response: Response): string {
  return response.headers.get('x-request-id') ?? '';
}

test('each request has an id of ours, whatever it calls itself', async () => {
  await using server = await start('debug');
  const answers = [
    await get(server, '/health', { 'x-request-id': 'mine' }),
    await get(server, '/nowhere'),
    await server.signIn({ key: await makeTestKey(), body: 'x' }),
    await get(server, '/', { upgrade: 'websocket' }),
  ];
  const ids = answers.map(idOf);
  for (const id of ids) expect(id).toMatch(/^[0-9a-z]{6}$/);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a line for each request has its pattern, and neither its path nor its query', async () => {
  await using server = await start('debug');
  const found = await get(server, '/health?token=gms_canary');
  const hidden = await get(server, '/pair/canary-canary');
  const lost = await get(server, '/canary?code=canary');
  await eventually('all are noted', () => lines.filter(({ area }) => area === 'http').length >= 3);
  const noted = (response: Response) =>
    lines.find(({ requestId, fields }) => requestId === idOf(response) && fields?.['pattern'] !== undefined)
      ?.fields;
  const sentBytes = expect.any(Number);
  const durationMs = expect.any(Number);
  const address = '127.0.0.1';
  expect(noted(found)).toEqual({
    method: 'GET',
    pattern: '/health',
    status: 200,
    durationMs,
    sentBytes: 15,
    address,
  });
  expect(noted(hidden)).toMatchObject({ pattern: '/pair/:code', status: 404, sentBytes });
  expect(noted(lost)).toMatchObject({ pattern: '(none)', status: 404 });
  expect(JSON.stringify(lines)).not.toContain('canary');
});

test('of a fault of ours an app hears the id under which the owner finds its cause', async () => {
  await using server = await start('info');
  const database = new Database(controlDatabasePath(server.dataDirectory));
  database.run('PRAGMA foreign_keys = OFF');
  database.run('DROP TABLE approval');
  database.close();
  const answer = await server.signIn({ key: await makeTestKey(), origin });
  expect(answer.status).toBe(500);
  const { requestId } = (await answer.json()) as { readonly requestId: string };
  expect(requestId).toBe(idOf(answer));
  expect(answer.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
  const [line] = lines.filter((one) => one.requestId === requestId);
  expect(line).toMatchObject({
    level: 'error',
    area: 'auth',
    message: expect.stringContaining('no such table'),
  });
});

test('what the owner’s identity keeps from being answered is a warning under that id', async () => {
  using directory = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: () => new Response('', { status: 500 }),
  });
  await using server = await start('info', {
    GROUNDMIST_PLC_URL: directory.url.href,
    GROUNDMIST_PRIVATE_HOSTS: directory.url.host,
  });
  const answer = await server.signIn({ key: await makeTestKey() });
  expect(answer.status).toBe(503);
  expect(lines.filter((one) => one.requestId === idOf(answer))).toEqual([
    expect.objectContaining({ level: 'warning', area: 'auth' }),
  ]);
});

test('the question for the owner has the id of the request that asked', async () => {
  await using server = await start('info');
  const answer = await server.letIn({ key: await makeTestKey() });
  const [line] = lines.filter(({ area }) => area === 'access');
  expect(line).toMatchObject({
    requestId: idOf(answer),
    message: expect.stringContaining('groundmist app approve'),
  });
});

test('a proxy that hands on no Host header is told of with what came and what to do, three times and then each hour', async () => {
  await using server = await start('info');
  const other = (host: string): Promise<Response> =>
    server.fetch(new Request('http://10.0.0.7:3031/?token=gms_canary', { headers: { host } }));
  for (let count = 0; count < 5; count++) expect((await other('groundmist:3031')).status).toBe(400);
  const told = () => lines.filter(({ area, level }) => area === 'http' && level === 'warning');
  expect(told()).toHaveLength(3);
  expect(told()[0]).toMatchObject({
    message: expect.stringMatching(
      /"groundmist:3031" .* sync\.example\.com\. .*pass the Host header on.*GROUNDMIST_HOST/,
    ),
    fields: { address: '127.0.0.1' },
  });
  server.clock.advance(3_600_000);
  for (let count = 0; count < 2; count++) await other(`gms_canary\u001b${'x'.repeat(5_000)}`);
  expect(told()).toHaveLength(4);
  expect(JSON.stringify(lines)).not.toMatch(/canary|x{101}/);
});

test('at debug each name that was not ours is told, and why a socket was refused', async () => {
  await using server = await start('debug');
  for (let count = 0; count < 5; count++)
    await server.fetch(new Request('http://x/', { headers: { host: `evil-${count}.example` } }));
  expect(lines.filter(({ message }) => message.includes('evil-4.example'))).toHaveLength(1);
  const headers = { upgrade: 'websocket', origin };
  const answers = [await get(server, '/', headers), await get(server, '/?token=gms_canary', headers)];
  expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  const why = answers.map((answer) =>
    lines.find(({ area, requestId }) => area === 'sync' && requestId === idOf(answer)),
  );
  expect(why).toMatchObject([
    { message: expect.stringContaining('no token'), fields: { origin, address: '127.0.0.1' } },
    { message: expect.stringContaining('never given, has ended, or') },
  ]);
});
