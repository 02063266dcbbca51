import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { orderCertificate, pauseOf, type OrderOptions } from '../../../src/core/certificate/acme-order.ts';
import { openChallengePort, type ChallengePort } from '../../../src/features/serve/challenge-port.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createOutbound } from '../../../src/platform/outbound.ts';
import { explainRefusal } from '../../../src/core/certificate/explain-refusal.ts';
import { freePort } from '../../support/free-port.ts';
import { hasPebble, Pebble } from '../../support/pebble.ts';
import { rejectionOf } from '../../support/rejection.ts';

const name = 'sync.example.com';
const answers = new Map<string, string>();

describe.skipIf(!hasPebble)('an order at a real authority', () => {
  let port: ChallengePort;
  let pebble: Pebble;
  beforeAll(async () => {
    port = openChallengePort({ hostname: '127.0.0.1', port: 0 }, answers, new URL(`https://${name}`));
    pebble = await Pebble.start({ httpPort: port.port, refusedNonces: 30 });
  });
  afterAll(async () => {
    await pebble[Symbol.asyncDispose]();
    await port.close();
  });

  function optionsOf(changes: Partial<OrderOptions> = {}): OrderOptions {
    return {
      directoryUrl: pebble.directory,
      accountKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      fetch: createOutbound({
        privateHosts: [`127.0.0.1:${pebble.port}`],
        certificateAuthority: pebble.ownRoot,
      }),
      clock: systemClock,
      signal: new AbortController().signal,
      name,
      answers,
      onBegin: () => {},
      ...changes,
    };
  }

  test('gives a certificate of the name for a P-256 key, though many nonces are refused', async () => {
    const terms: unknown[] = [];
    const pair = await orderCertificate(optionsOf({ onBegin: (address) => terms.push(address) }));
    const certificate = new X509Certificate(pair.chain);
    expect(certificate.subjectAltName).toBe(`DNS:${name}`);
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(pair.chain.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(terms).toEqual([expect.any(String)]);
    expect(answers.size).toBe(0);
  });

  test('that nobody proves is refused with what the authority met', async () => {
    const unanswered = new Map<string, string>();
    const refused = await rejectionOf(orderCertificate(optionsOf({ answers: unanswered })));
    expect(refused).toMatchObject({ name: 'AcmeProblem', type: 'unauthorized' });
    const order = { authority: pebble.directory, name };
    expect(explainRefusal(refused, order)).toStartWith('Another server answered 127.0.0.1:');
  });

  test('of a name whose port 80 nobody answers is refused as that', async () => {
    await using deaf = await Pebble.start({ httpPort: await freePort() });
    const fetch = createOutbound({
      privateHosts: [`127.0.0.1:${deaf.port}`],
      certificateAuthority: deaf.ownRoot,
    });
    const refused = await rejectionOf(orderCertificate(optionsOf({ directoryUrl: deaf.directory, fetch })));
    expect(refused).toMatchObject({ type: 'connection' });
    expect(explainRefusal(refused, { authority: deaf.directory, name })).toContain('could not reach port 80');
  });

  test('works again for an account that the authority has forgotten', async () => {
    const accountKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    await orderCertificate(optionsOf({ accountKey }));
    await pebble[Symbol.asyncDispose]();
    pebble = await Pebble.start({ httpPort: port.port });
    expect((await orderCertificate(optionsOf({ accountKey }))).chain).toContain('BEGIN CERTIFICATE');
  });

  test('ends at once when the server stops', async () => {
    const stop = new AbortController();
    const stopped = orderCertificate(optionsOf({ signal: stop.signal, onBegin: () => stop.abort() }));
    expect(await rejectionOf(stopped)).toMatchObject({ name: 'AbortError' });
  });
});

test('polls wait as the authority says, and a while where it says at once', () => {
  expect(pauseOf(3000, 0)).toBe(3000);
  expect(pauseOf(1e9, 0)).toBe(10_000);
  expect(pauseOf(1, 0)).toBe(250);
  for (const said of [0, undefined]) {
    expect([0, 1, 2, 9].map((count) => pauseOf(said, count))).toEqual([250, 500, 1000, 10_000]);
  }
});
