import { afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { configure, getLogger, reset } from '@logtape/logtape';
import { keepCertificate, readKept } from '../../../src/core/certificate/kept-certificate.ts';
import type { KeyPair } from '../../../src/core/certificate/key-pair.ts';
import { OrderedCertificate, renewalOf } from '../../../src/core/certificate/ordered-certificate.ts';
import { Failure } from '../../../src/core/failure.ts';
import { certificatePath, tlsFolder } from '../../../src/core/store/layout.ts';
import { OutboundError } from '../../../src/platform/outbound-error.ts';
import { createOutbound, type Fetch } from '../../../src/platform/outbound.ts';
import { openChallengePort } from '../../../src/features/serve/challenge-port.ts';
import { hasPebble, Pebble } from '../../support/pebble.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { TestClock } from '../../support/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { makeCertificates, type Identity, type MadeCertificates } from '../../support/made-certificates.ts';

const order = { authority: 'https://authority.example/directory', name: 'sync.example.com' };
const directory = {
  newNonce: 'https://authority.example/nonce',
  newAccount: 'https://authority.example/account',
  newOrder: 'https://authority.example/order',
};
const day = 24 * 3_600_000;

let made: MadeCertificates;
beforeAll(() => {
  made = makeCertificates(order.name);
});

let folder: ReturnType<typeof temporaryFolder>;
let clock: TestClock;
let asked: string[];
let answer: Fetch;
const answers = new Map<string, string>();
let opened: OrderedCertificate[];
beforeEach(() => {
  folder = temporaryFolder();
  clock = new TestClock();
  asked = [];
  answer = () => Promise.reject(new OutboundError('unreachable', 'authority.example could not be reached.'));
  opened = [];
  mkdirSync(tlsFolder(folder.path), { recursive: true });
});
afterEach(async () => {
  for (const one of opened) await one[Symbol.asyncDispose]();
});

async function start(onPair = async (_pair: KeyPair): Promise<void> => {}): Promise<OrderedCertificate> {
  const source = new OrderedCertificate({
    dataDirectory: folder.path,
    order,
    answers,
    fetch: (url, init) => {
      asked.push(url instanceof Request ? url.url : String(url));
      return answer(url, init);
    },
    clock,
    log: getLogger('test'),
    random: () => 0,
  });
  opened.push(source);
  await source.start(onPair);
  return source;
}

function keep({ cert, key }: Identity): void {
  keepCertificate(folder.path, order, { chain: cert, key });
}

/** What is logged meanwhile. */
async function heard(act: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  // Another test of the same process may have opened a log.
  await configure({
    reset: true,
    sinks: { here: (record) => void lines.push(record.message.join('')) },
    loggers: [
      { category: ['logtape', 'meta'], sinks: [] },
      { category: 'test', sinks: ['here'], lowestLevel: 'info' },
    ],
  });
  try {
    await act();
  } finally {
    await reset();
  }
  return lines.join('\n');
}

/** Waits until one more attempt has failed. */
async function failed(source: OrderedCertificate): Promise<string> {
  return await eventually('an attempt failed', () => {
    clock.advance(0);
    return source.report().reasons?.find((reason) => reason.includes('tried again'));
  });
}

test('a certificate that is kept is used at once, and nobody is asked until a third of its life is left', async () => {
  keep(made.good);
  const pairs: KeyPair[] = [];
  const source = await start(async (pair) => void pairs.push(pair));
  expect(pairs).toEqual([{ chain: made.good.cert, key: made.good.key }]);
  expect(source.report().reasons).toBeUndefined();
  clock.advance(59 * day);
  expect(asked).toEqual([]);
  clock.advance(2 * day);
  expect(asked).toEqual([order.authority]);
});

test.each<[string, (certificates: MadeCertificates) => void]>([
  ['is not there', () => {}],
  ['was cut', () => writeFileSync(certificatePath(folder.path), '{"chain":"---')],
  ['is for another name', ({ otherName }) => keep(otherName)],
  ['has the key of another', ({ good, other }) => keep({ cert: good.cert, key: other.key })],
  [
    'is of another authority',
    ({ good: { cert: chain, key } }) =>
      keepCertificate(folder.path, { ...order, authority: 'https://staging.example/' }, { chain, key }),
  ],
])('where the one that is kept %s, another is asked for at once', async (_what, lay) => {
  lay(made);
  const source = await start();
  expect(source.report()).toMatchObject({ certificate: { source: 'authority', validTo: undefined } });
  clock.advance(0);
  expect(asked).toEqual([order.authority]);
});

test('one that has ended is shown until there is another, and the owner hears that nobody comes in', async () => {
  keep(made.expired);
  const source = await start();
  expect(source.report().reasons?.[0]).toContain('so apps cannot come in');
  clock.advance(0);
  expect(asked).toEqual([order.authority]);
});

test('a refusal says why, what to do and when it is tried again, and a later start is no way around', async () => {
  answer = async () =>
    Response.json(
      { type: 'urn:ietf:params:acme:error:rateLimited', detail: 'too many\u001b[2J' },
      { status: 429, headers: { 'retry-after': '86400' } },
    );
  const sentence = await failed(await start());
  const next = new Date(clock.now() + day).toISOString();
  expect(sentence).toContain('There is no certificate for sync.example.com yet');
  expect(sentence).toContain('authority.example has been asked too often');
  expect(sentence).toContain(`It is tried again at ${next}`);
  expect(sentence).toContain('too many\\u001b[2J');
  asked = [];
  await start();
  clock.advance(23 * 3_600_000);
  expect(asked).toEqual([]);
  clock.advance(3_600_000);
  expect(asked).not.toEqual([]);
});

test('an authority that is down is asked again every two minutes, and what is kept stays in use', async () => {
  keep(made.good);
  const source = await start();
  clock.advance(61 * day);
  const warning = await eventually('it failed', () => source.report().warnings?.[0]);
  expect(warning).toContain('authority.example could not be reached.');
  expect(source.report().reasons).toBeUndefined();
  for (let count = 1; count < 6; count++) {
    expect(asked).toHaveLength(count);
    await eventually('it was asked again', () => {
      clock.advance(20_000);
      return asked.length > count;
    });
  }
});

test('one that answers with nonsense is left alone for longer and longer, over restarts too', async () => {
  answer = async () => Response.json(directory, { headers: { 'replay-nonce': 'bm9uY2U' } });
  for (let count = 1; count <= 4; count++) {
    await using source = await start();
    expect(await failed(source)).toContain('does not work as an authority of certificates');
  }
  asked = [];
  await start();
  clock.advance(59 * 60_000);
  expect(asked).toEqual([]);
  clock.advance(60_000);
  expect(asked).not.toEqual([]);
});

test('a new account and key are for this user alone', async () => {
  await failed(await start());
  for (const name of readdirSync(tlsFolder(folder.path))) {
    const { mode } = statSync(`${tlsFolder(folder.path)}/${name}`);
    expect([name, mode & 0o077]).toEqual([name, 0]);
  }
  expect(readdirSync(tlsFolder(folder.path))).toContain('account-key.pem');
});

test('where nothing can be written, nothing is asked for: what came could not be kept', async () => {
  answer = async () => Response.json(directory);
  const source = await start();
  mkdirSync(`${tlsFolder(folder.path)}/attempts.json.next`);
  expect(await failed(source)).toContain('nothing could be written down');
  expect(asked).toEqual([order.authority]);
});

test('a start fails where the port cannot be opened', async () => {
  keep(made.good);
  const busy = new Failure('Busy', 'The port 443 is taken.');
  expect(await rejectionOf(start(() => Promise.reject(busy)))).toBe(busy);
});

test.skipIf(!hasPebble)(
  'an authority that comes back gives one, which is kept and not asked for again where the port is not free yet',
  async () => {
    const port = openChallengePort(
      { hostname: '127.0.0.1', port: 0 },
      answers,
      new URL(`https://${order.name}`),
    );
    await using pebble = await Pebble.start({ httpPort: port.port });
    const pairs: KeyPair[] = [];
    const source = await start(async (pair) => {
      if (pairs.push(pair) === 1) throw new Failure('Busy', 'The port 443 is taken.');
    });
    await failed(source);
    const outbound = createOutbound({
      privateHosts: [`127.0.0.1:${pebble.port}`],
      certificateAuthority: pebble.ownRoot,
    });
    answer = (url, init) => outbound(url === order.authority ? pebble.directory : url, init);
    await eventually('the port was asked to take it', () => {
      clock.advance(1_000);
      return pairs.length === 1;
    });
    const reason = await eventually('the owner hears of the port', () =>
      source.report().reasons?.find((sentence) => sentence.includes('The port 443 is taken.')),
    );
    expect(reason).toMatch(
      /The certificate is there\. It is tried again at \S+, and by a restart at once\.$/,
    );
    asked = [];
    await eventually('it was asked again', () => {
      clock.advance(1_000);
      return pairs.length === 2;
    });
    expect(asked).toEqual([]);
    expect(pairs[1]).toEqual(pairs[0]);
    expect(readKept(folder.path, order)).toEqual(pairs[0]);
    await eventually('it serves', () => source.report().reasons === undefined);
    await port.close();
  },
);

test.skipIf(!hasPebble)('with a clock that is far ahead nobody is asked over and over', async () => {
  const port = openChallengePort(
    { hostname: '127.0.0.1', port: 0 },
    answers,
    new URL(`https://${order.name}`),
  );
  await using pebble = await Pebble.start({ httpPort: port.port });
  const outbound = createOutbound({
    privateHosts: [`127.0.0.1:${pebble.port}`],
    certificateAuthority: pebble.ownRoot,
  });
  answer = (url, init) => outbound(url === order.authority ? pebble.directory : url, init);
  clock.turnAhead(100 * day);
  const pairs: KeyPair[] = [];
  const source = await start(async (pair) => void pairs.push(pair));
  await eventually('it has one', () => {
    clock.advance(500);
    return pairs.length === 1;
  });
  const reason = await eventually('the owner hears of the clock', () => source.report().reasons?.[0]);
  expect(reason).toContain('set the clock');
  clock.turnBack(100 * day);
  expect(Object.keys(source.report())).toEqual(['certificate']);
  clock.turnAhead(100 * day);
  asked = [];
  // A third of its hour of life.
  clock.advance(19 * 60_000);
  expect(asked).toEqual([]);
  clock.advance(60_000);
  expect(asked).toHaveLength(1);
  await port.close();
});

test.skipIf(!hasPebble).each([
  ['of a long life is not renewed while it is young, however the clock leaps', 90 * day, 1],
  ['of a short life is renewed, but no more than four are asked for in an hour', 3_000, 4],
])('a certificate %s', async (_what, lifeMs, count) => {
  const port = openChallengePort(
    { hostname: '127.0.0.1', port: 0 },
    answers,
    new URL(`https://${order.name}`),
  );
  await using pebble = await Pebble.start({ httpPort: port.port, validSeconds: lifeMs / 1000 });
  const outbound = createOutbound({
    privateHosts: [`127.0.0.1:${pebble.port}`],
    certificateAuthority: pebble.ownRoot,
  });
  answer = (url, init) => outbound(url === order.authority ? pebble.directory : url, init);
  const pairs: KeyPair[] = [];
  const source = await start(async (pair) => void pairs.push(pair));
  await eventually('it has as many as it may', () => {
    clock.advance(500);
    return pairs.length === count;
  });
  await eventually('the last is taken over', () => source.report().certificate?.validTo !== undefined);
  asked = [];
  for (let leap = 0; leap < 20; leap++) {
    if (count === 1) clock.turnAhead(100 * day);
    clock.advance(count === 1 ? 2 * 3_600_000 : 60_000);
    // What has begun comes to its end, or to the next wait.
    await new Promise(setImmediate);
  }
  expect(asked).toEqual([]);
  await port.close();
});

test('a kept certificate that nobody could show is thrown away at start, with a line that says so', async () => {
  const { cert, key } = made.good;
  keep({ cert: `${cert}-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n`, key });
  const pairs: KeyPair[] = [];
  const told = await heard(() => start(async (pair) => void pairs.push(pair)));
  expect(pairs).toEqual([]);
  expect(existsSync(certificatePath(folder.path))).toBe(false);
  expect(told).toContain('was thrown away');
  clock.advance(0);
  expect(asked).toEqual([order.authority]);
});

test('of what fails it says when it is tried again, and what a restart does to that', async () => {
  const first = await start();
  expect(await failed(first)).toMatch(/after a restart at once\.$/);
  answer = async () =>
    Response.json({ type: '', detail: '' }, { status: 503, headers: { 'retry-after': '7200' } });
  const second = await start();
  const sentence = await failed(second);
  expect(sentence).toMatch(/a restart makes that no sooner\.$/);
  expect(sentence).not.toContain('at once');
});

test.each([
  ['90 days', 90 * day],
  ['six days', 6 * day],
  ['a minute', 60_000],
])('of a life of %s a third is left at renewal, or by chance a little more', (_life, lifeMs) => {
  expect((renewalOf({ from: 0, to: lifeMs }, 0) * 3) / 2).toBeCloseTo(lifeMs);
  expect(renewalOf({ from: 0, to: lifeMs }, 1)).toBeCloseTo(lifeMs * (2 / 3 - 1 / 30));
});
