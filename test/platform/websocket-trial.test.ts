import { createHash } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, test } from 'bun:test';
import { TrialSocket, tryWebSocket, type Trial } from '../../src/platform/websocket-trial.ts';

/** The other side of a connection, and what was written to it. */
function otherSide() {
  const written: Buffer[] = [];
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  return { stream, written: () => Buffer.concat(written) };
}

const none = Buffer.alloc(0);
const message = (byte: number): Buffer => Buffer.of(0x82, 1, byte);
const forever = new AbortController().signal;

test('what came with the answer to the handshake is read first', async () => {
  const { stream } = otherSide();
  const socket = new TrialSocket(stream, message(1), forever);
  stream.push(message(2));
  expect(await socket.next()).toEqual({ kind: 'message', bytes: Buffer.of(1) });
  expect(await socket.next()).toEqual({ kind: 'message', bytes: Buffer.of(2) });
});

test('frames are masked, and the last one says goodbye (RFC 6455 §5.3)', () => {
  const { stream, written } = otherSide();
  const socket = new TrialSocket(stream, none, forever);
  socket.send(Buffer.from('hello'));
  socket[Symbol.dispose]();
  const bytes = written();
  const mask = bytes.subarray(2, 6);
  expect([...bytes.subarray(0, 2)]).toEqual([0x82, 0x85]);
  const unmasked = bytes.subarray(6, 11).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  expect(Buffer.from(unmasked).toString()).toBe('hello');
  expect(bytes[11]).toBe(0x88);
});

test('of who sends more than anybody asked for nothing more is kept', async () => {
  const { stream } = otherSide();
  const socket = new TrialSocket(stream, none, forever);
  const flood = Buffer.concat(Array.from({ length: 20 }, () => message(7)));
  for (let chunk = 0; chunk < 100; chunk++) stream.push(flood);
  let count = 0;
  while ((await socket.next()) !== undefined) count += 1;
  expect(count).toBeLessThanOrEqual(20);
});

test.each<[string, (stream: Duplex) => void]>([
  ['ends', (stream) => stream.push(null)],
  ['breaks', (stream) => stream.destroy(new Error('reset'))],
  ['is no WebSocket', (stream) => stream.push(Buffer.of(0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255))],
])('a connection that %s has no next frame', async (_what, act) => {
  const { stream } = otherSide();
  const socket = new TrialSocket(stream, none, forever);
  act(stream);
  expect(await socket.next()).toBeUndefined();
});

test('once the time is up there is no next frame', async () => {
  const timeout = new AbortController();
  const socket = new TrialSocket(otherSide().stream, none, timeout.signal);
  const next = socket.next();
  timeout.abort();
  expect(await next).toBeUndefined();
});

/** What a handshake comes to where the answer is this, which is given the key that was sent. */
async function openedBy(accept: (key: string) => string): Promise<Trial> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes: Buffer) => {
      const key = /sec-websocket-key: (.*)\r\n/i.exec(bytes.toString())?.[1] ?? '';
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${accept(key)}\r\n`,
      );
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const address = { address: '127.0.0.1', family: 4 } as const;
  const url = new URL(`http://sync.example.com:${port}/`);
  const trial = await tryWebSocket({ url, address, timeoutMs: 5000 });
  if (trial.kind === 'open') trial.socket[Symbol.dispose]();
  server.close();
  return trial;
}

const proves = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

test('a handshake counts where the answer proves that it is one (RFC 6455 §4.1)', async () => {
  expect((await openedBy((key) => `Sec-WebSocket-Accept: ${proves(key)}\r\n`)).kind).toBe('open');
});

test.each<[string, (key: string) => string]>([
  ['without a proof', () => ''],
  ['with that of another handshake', () => `Sec-WebSocket-Accept: ${proves('of another')}\r\n`],
])('an answer %s is none, as for every browser', async (_what, accept) => {
  expect(await openedBy(accept)).toEqual({
    kind: 'failed',
    why: 'the answer is not one to this handshake (Sec-WebSocket-Accept)',
  });
});
