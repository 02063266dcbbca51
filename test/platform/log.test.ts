import { expect, test } from 'bun:test';
import { readSettings } from '../../src/platform/config.ts';
import { coreSettings } from '../../src/settings.ts';
import { faultLine, openLog, type LogOptions } from '../../src/platform/log.ts';
import type { LogForm } from '../../src/platform/log-line.ts';

interface Written {
  readonly line: string;
  readonly priority: number;
}

async function openRecorded(options: Partial<LogOptions> = {}) {
  const written: Written[] = [];
  const write = (line: string, priority: number): boolean => written.push({ line, priority }) > 0;
  const log = await openLog({ form: 'json', level: 'info', write, ...options });
  return { log, written, lines: () => written.map(({ line }) => line) };
}

async function lineOf(form: LogForm, app: string): Promise<string> {
  const { log, lines } = await openRecorded({ form });
  log
    .getChild('access')
    .info('{app} asks: groundmist app approve {id}, {count} wait', { app, id: 'k7m2qx', count: 2 });
  return lines().join('');
}

test('a command in a log line can be copied as it stands', async () => {
  const sentence = 'Library asks: groundmist app approve k7m2qx, 2 wait';
  expect(await lineOf('text', 'Library')).toContain(sentence);
  expect(JSON.parse(await lineOf('json', 'Library'))).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    level: 'info',
    area: 'access',
    message: sentence,
    fields: { app: 'Library', id: 'k7m2qx', count: 2 },
  });
});

test('a line of text has time, level, area, and the fields that its sentence does not tell', async () => {
  const { log, lines } = await openRecorded({ form: 'text' });
  log.warn('It came from {peer}', { peer: '10.0.0.1', count: 3, requestId: 'abc123' });
  expect(lines()[0]).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warning server abc123: It came from 10\.0\.0\.1 count=3$/,
  );
});

test('what an app calls itself cannot begin a line of its own nor speak to the terminal', async () => {
  const name = 'Library\n[WRN] all is well\u001b[2J\u202e\u2028';
  for (const form of ['text', 'json'] as const) {
    expect(await lineOf(form, name)).not.toMatch(/\p{Cc}|[\u202e\u2028]/u);
  }
});

test('what went wrong stands in the sentence, and its stack and its causes in the fields', async () => {
  const { log, lines } = await openRecorded();
  const cause = Object.assign(new Error('no room'), { code: 'ENOSPC' });
  log.error('A request failed: {reason}', { reason: new TypeError('no such thing', { cause }) });
  expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
    message: 'A request failed: TypeError: no such thing, because of Error: no room',
    fields: {
      reason: {
        name: 'TypeError',
        message: 'no such thing',
        stack: expect.any(String),
        cause: { message: 'no room', code: 'ENOSPC' },
      },
    },
  });
});

test('of an error over several, each of them stands in the fields', async () => {
  const { log, lines } = await openRecorded();
  log.error('No address answered: {error}', {
    error: new AggregateError([new Error('one'), new Error('two')], 'none'),
  });
  const errors = [{ message: 'one' }, { message: 'two' }];
  expect(JSON.parse(lines()[0] ?? '')).toMatchObject({ fields: { error: { message: 'none', errors } } });
});

test('each area has its own level, and the others the general one', async () => {
  const { log, lines } = await openRecorded({ level: 'warning', areas: { sync: 'debug', auth: 'error' } });
  for (const area of ['sync', 'auth', 'store']) {
    log.getChild(area).debug(`${area} debug`);
    log.getChild(area).warn(`${area} warning`);
    log.getChild(area).error(`${area} error`);
  }
  const told = lines().map((line) => (JSON.parse(line) as { readonly message: string }).message);
  expect(told).toEqual([
    'sync debug',
    'sync warning',
    'sync error',
    'auth error',
    'store warning',
    'store error',
  ]);
});

test('each line goes out with the priority of syslog', async () => {
  const { log, written } = await openRecorded({ level: 'debug' });
  for (const level of ['debug', 'info', 'warn', 'error', 'fatal'] as const) log[level]('x');
  expect(written.map(({ priority }) => priority)).toEqual([7, 6, 4, 3, 2]);
});

test.each(['text', 'json'] as const)('a line of %s stays below 8 KiB, whatever is in it', async (form) => {
  const { log, lines } = await openRecorded({ form });
  const long = '\u0001"\u202e'.repeat(50_000);
  const deep = { a: { b: { c: { d: { e: { f: long } } } } } };
  log.error(`${long}{error}`, {
    error: new Error(long, { cause: new Error(long) }),
    long,
    deep,
    requestId: 'abc123',
  });
  log.error('x', Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`f${index}${long}`, long])));
  for (const line of lines()) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(8 * 1024);
  expect(lines()).toHaveLength(2);
  expect(lines()[0]).toContain('abc123');
  if (form === 'json') for (const line of lines()) expect(JSON.parse(line)).toMatchObject({ level: 'error' });
});

test('values that are no JSON do no harm', async () => {
  const { log, lines } = await openRecorded();
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  log.info('odd', {
    big: 10n,
    nothing: undefined,
    none: null,
    not: Number.NaN,
    bytes: new Uint8Array(3),
    url: new URL('https://user:pw@x.example/a?token=abc'),
    symbol: Symbol('s'),
    circular,
    half: '\ud800',
  });
  const { fields } = JSON.parse(lines()[0] ?? '') as { readonly fields: Record<string, unknown> };
  expect(fields).toMatchObject({
    big: '10',
    none: null,
    not: 'NaN',
    bytes: '[3 bytes]',
    url: 'https://x.example/a',
  });
});

test('what repeats is told a hundred times and then counted; debug is told whole', async () => {
  const { log, lines } = await openRecorded({ level: 'debug' });
  for (let count = 0; count < 1000; count += 1)
    log.error('A stranger knocked from {peer}', { peer: `10.0.0.${count}` });
  for (let count = 0; count < 1000; count += 1) log.debug('seen');
  log.info('And then');
  expect(lines().filter((line) => line.includes('knocked'))).toHaveLength(100);
  expect(lines().filter((line) => line.includes('seen'))).toHaveLength(1000);
  expect(JSON.parse(lines().at(-1) ?? '')).toMatchObject({ message: 'And then', fields: { untold: 900 } });
});

test('a line that nobody takes is counted, and the next one that is taken says so', async () => {
  let isTaken = false;
  const lines: string[] = [];
  const { log } = await openRecorded({ write: (line) => isTaken && lines.push(line) > 0 });
  log.info('lost');
  isTaken = true;
  log.info('taken');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: 'taken', fields: { untold: 1 } });
});

const unruly: readonly (readonly [string, () => unknown])[] = [
  ['a thing without any method', () => Object.create(null) as unknown],
  ['a message that throws', () => Object.defineProperty(new Error('x'), 'message', { get: refuse })],
  ['a name that throws', () => Object.defineProperty(new Error('x'), 'name', { get: refuse })],
  ['a cause that throws', () => Object.defineProperty(new Error('x'), 'cause', { get: refuse })],
  ['a member that throws', () => Object.defineProperty({}, 'x', { get: refuse, enumerable: true })],
  ['a proxy that refuses', () => new Proxy({}, { getPrototypeOf: refuse, ownKeys: refuse, get: refuse })],
  ['a symbol', () => Symbol('x')],
];

function refuse(): never {
  throw new Error('no');
}

test.each(unruly)('%s can be logged, and can end a program', async (_what, make) => {
  const { log, lines } = await openRecorded();
  log.error('It failed: {error}', { error: make(), nested: { error: make() } });
  expect(lines()).toHaveLength(1);
  for (const form of ['json', 'text'] as const) expect(faultLine(make(), form)).toContain('it had to stop: ');
});

test('a URL stands in the log without its query, in sentences and in fields', async () => {
  const { log, lines } = await openRecorded();
  const clientId = 'https://app.example/client.json?who=canary&x=y';
  log.info('The name of {clientId} could not be learnt.', { clientId, app: { clientId } });
  expect(lines()[0]).toContain('of https://app.example/client.json?… could');
  expect(lines()[0]).not.toContain('canary');
});

test('what an owner needs stays readable: DIDs, documents, hashes of changes, devices, even beside a wrong setting', async () => {
  const { log, lines } = await openRecorded();
  const head = new Bun.CryptoHasher('sha256').update('a change').digest('hex');
  const key = new Bun.CryptoHasher('sha256').update('a key').digest('hex');
  readSettings({ port: coreSettings.port }, { flags: {}, environment: { PORT: `3031 ${key}` } });
  const fields = {
    documentId: '2j9knpCseyhnK8izDmLpGP5WMdZQ',
    heads: [head, head.toUpperCase()],
    owner: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz',
    deviceId: '0f8fad5b-d9cb-469f-a165-70867728950e',
    origin: 'https://app.example:8443',
  };
  log.warn(`Heads ${head} of automerge:2j9knpCseyhnK8izDmLpGP5WMdZQ`, fields);
  log.warn(`It said ${key}`);
  const [told, keyTold] = lines().map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(told).toMatchObject({ message: `Heads ${head} of automerge:2j9knpCseyhnK8izDmLpGP5WMdZQ`, fields });
  expect(keyTold).toMatchObject({ message: 'It said [hidden]' });
});
