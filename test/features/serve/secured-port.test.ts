import { getLogger } from '@logtape/logtape';
import { beforeAll, expect, test } from 'bun:test';
import { connect } from 'node:tls';
import type { KeyPair } from '../../../src/core/certificate/key-pair.ts';
import { SecuredPort } from '../../../src/features/serve/secured-port.ts';
import type { Groundmist } from '../../../src/groundmist.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import type { Socket } from '../../../src/platform/http.ts';
import { socketHandler } from '../../../src/http.ts';
import { TestClock } from '../../support/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { makeCertificates } from '../../support/made-certificates.ts';
import { rejectionOf } from '../../support/rejection.ts';

const name = 'sync.example.com';
const anywhere = { hostname: '127.0.0.1', port: 0 };
let pairs: readonly [KeyPair, KeyPair];
let root: string;
beforeAll(() => {
  const made = makeCertificates(name);
  root = made.root;
  const [first, second] = [made.good, made.other];
  pairs = [
    { chain: first.cert, key: first.key },
    { chain: second.cert, key: second.key },
  ];
});

/** Answers every request, and every message of a socket with itself. */
const echo: Pick<Groundmist, 'fetch' | 'fail' | 'websocket'> = {
  fail: () => new Response('failed', { status: 500 }),
  async fetch(request, server) {
    let opened: Socket;
    const connection = {
      open: (socket: Socket) => (opened = socket),
      message: (bytes: Uint8Array) => opened.send(bytes),
      drain() {},
      close() {},
    };
    return server.upgrade(request, { data: connection }) ? undefined : new Response('here');
  },
  websocket: socketHandler({ frameBytes: 1000, outboundBytes: 1000 }, getLogger('test')),
};

/** The serial number that one new connection meets, once the answer has come; rejects where any of it fails. */
function ask(port: number): Promise<string> {
  const asked = Promise.withResolvers<string>();
  const socket = connect({ host: '127.0.0.1', port, servername: name, ca: root }, () => {
    socket.write(`GET / HTTP/1.1\r\nHost: ${name}\r\n\r\n`);
  });
  let answer = '';
  const { promise, resolve, reject } = asked;
  socket.on('data', (bytes: Buffer) => (answer += bytes.toString()));
  socket.on('error', reject);
  const serial = () => socket.getPeerCertificate().serialNumber;
  socket.on('end', () => (answer.includes('here') ? resolve(serial()) : reject(new Error(answer))));
  return promise;
}

/** Once it is open. */
async function openSocket(port: number): Promise<WebSocket> {
  const options = { tls: { ca: root, serverName: name } };
  const socket = new WebSocket(`wss://127.0.0.1:${port}/`, options);
  socket.binaryType = 'arraybuffer';
  await happened(socket, 'open');
  return socket;
}

function happened(socket: WebSocket, event: 'open' | 'close'): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.addEventListener(event, () => resolve(), { once: true });
  return promise;
}

async function says(socket: WebSocket, word: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  socket.addEventListener('message', ({ data }) => resolve(Buffer.from(data as ArrayBuffer).toString()));
  socket.addEventListener('close', () => reject(new Error('it closed')));
  socket.send(Buffer.from(word));
  return await promise;
}

test.skipIf(process.platform !== 'linux')(
  'no connection fails while the certificate is replaced again and again',
  async () => {
    const clock = new TestClock();
    const port = new SecuredPort(echo, anywhere, clock);
    await port.use(pairs[0]);
    const failures: unknown[] = [];
    const met = new Map<string, number>();
    const over = new AbortController();
    const askers = Array.from({ length: 8 }, async () => {
      while (!over.signal.aborted) {
        await ask(port.place.port).then(
          (serial) => met.set(serial, (met.get(serial) ?? 0) + 1),
          (error: unknown) => failures.push(error),
        );
      }
    });
    const total = () => [...met.values()].reduce((sum, count) => sum + count, 0);
    for (let swap = 1; swap <= 10; swap++) {
      let isUsed = false;
      void port.use(pairs[swap % 2] ?? pairs[0]).then(() => (isUsed = true));
      const before = total();
      await eventually('the port changed and some connected meanwhile', () => {
        clock.advance(200);
        return isUsed && total() > before + 30;
      });
    }
    over.abort();
    await Promise.all(askers);
    expect(failures).toEqual([]);
    expect(met.size).toBe(2);
    await port.stop(true);
  },
);

test('a socket goes on while the port changes under it, and its server goes away with it', async () => {
  const clock = new TestClock();
  const port = new SecuredPort(echo, anywhere, clock);
  await port.use(pairs[0]);
  const serial = await ask(port.place.port);
  const socket = await openSocket(port.place.port);
  await port.use(pairs[1]);
  clock.advance(5_000);
  expect(await ask(port.place.port)).not.toBe(serial);
  expect(await says(socket, 'still here')).toBe('still here');
  expect(port.generations).toBe(2);
  socket.close();
  await eventually('the older server is gone', () => port.generations === 1);
  await port.stop(true);
});

test('stopping ends the sockets of every generation', async () => {
  const clock = new TestClock();
  const port = new SecuredPort(echo, anywhere, clock);
  await port.use(pairs[0]);
  const first = await openSocket(port.place.port);
  await port.use(pairs[1]);
  const second = await openSocket(port.place.port);
  const closed = [first, second].map((socket) => happened(socket, 'close'));
  await port.stop(true);
  await Promise.all(closed);
  expect(await rejectionOf(ask(port.place.port))).toMatchObject({ code: 'ECONNREFUSED' });
});

test('a port that another server of this user shares is taken all the same', async () => {
  const port = new SecuredPort(echo, anywhere, systemClock);
  await port.use(pairs[0]);
  const place = { hostname: '127.0.0.1', port: port.place.port };
  expect(() => new SecuredPort(echo, place, systemClock)).toThrow(/taken by another program/);
  await port.stop(true);
});

test('a pair that does not read leaves the one before in place', async () => {
  const port = new SecuredPort(echo, anywhere, systemClock);
  await port.use(pairs[0]);
  const serial = await ask(port.place.port);
  expect(await rejectionOf(port.use({ chain: pairs[0].chain, key: pairs[1].key }))).toBeInstanceOf(Error);
  expect(await ask(port.place.port)).toBe(serial);
  await port.stop(true);
});
