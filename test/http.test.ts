import { getLogger } from '@logtape/logtape';
import { openLog } from '../src/platform/log.ts';
import { expect, test } from 'bun:test';
import type { SocketServer } from '../src/groundmist.ts';
import { socketHandler, upgrade } from '../src/http.ts';
import type { Connection, Exchange, Socket, SocketEndpoint } from '../src/platform/http.ts';
import { eventually } from './support/eventually.ts';

const exchange: Exchange = {
  requestId: 'abc123',
  address: '203.0.113.9',
  isAddressKnown: true,
  transport: { kind: 'sealed', peer: '127.0.0.1' },
  keepOpen() {},
};
const handshake = new Request('https://sync.example.com/', { headers: { upgrade: 'websocket' } });

test('an accepted connection whose handshake fails is closed, so that nobody waits for it', async () => {
  const closed: number[] = [];
  const connection: Connection = {
    open() {},
    message() {},
    drain() {},
    close: (code) => void closed.push(code),
  };
  const endpoint: SocketEndpoint = { path: '/', accept: () => connection };
  const server: Pick<SocketServer, 'upgrade'> = { upgrade: () => false };
  const upgrading = upgrade([endpoint], handshake, server as SocketServer, exchange);
  expect(upgrading).rejects.toThrow('not a WebSocket handshake');
  await upgrading.catch(() => {});
  expect(closed).toEqual([1006]);
});

const mebibyte = 2 ** 20;

test('a socket is said to have drained only once it takes frames again, also after one above the limit', async () => {
  const taken: number[] = [];
  let socket: Socket | undefined;
  const connection: Connection = {
    open(opened) {
      socket = opened;
      taken.push(opened.send(new Uint8Array(25 * mebibyte)));
    },
    drain() {
      taken.push(socket?.send(new Uint8Array(1)) ?? 0);
    },
    message() {},
    close() {},
  };
  const server = Bun.serve<Connection>({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (asked, self) => (self.upgrade(asked, { data: connection }) ? undefined : new Response()),
    websocket: socketHandler({ frameBytes: 32 * mebibyte, outboundBytes: 4 * mebibyte }, getLogger('test')),
  });
  const received: number[] = [];
  const client = new WebSocket(`ws://127.0.0.1:${server.port}`);
  client.binaryType = 'arraybuffer';
  client.addEventListener('message', ({ data }) => received.push((data as ArrayBuffer).byteLength));
  await eventually('the frame after the large one arrives', () => received.length > 1);
  expect(taken[0]).toBe(-1);
  expect(taken).not.toContain(0);
  client.close();
  await server.stop(true);
});

test('a ping goes out as one, and its pong is told', async () => {
  let socket: Socket | undefined;
  let pongs = 0;
  const connection: Connection = {
    open: (opened) => void (socket = opened),
    message() {},
    pong: () => void (pongs += 1),
    drain() {},
    close() {},
  };
  const server = Bun.serve<Connection>({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (asked, self) => (self.upgrade(asked, { data: connection }) ? undefined : new Response()),
    websocket: socketHandler({ frameBytes: mebibyte, outboundBytes: mebibyte }, getLogger('test')),
  });
  const client = new WebSocket(`ws://127.0.0.1:${server.port}`);
  await eventually('it is open', () => socket !== undefined);
  socket?.ping();
  await eventually('the client has answered', () => pongs === 1);
  client.close();
  await server.stop(true);
});

test.each(['open', 'message', 'pong', 'close', 'drain'] as const)(
  'a fault at the %s of a socket ends that socket, and the program goes on',
  async (event) => {
    const lines: string[] = [];
    const log = await openLog({ form: 'json', level: 'info', write: (line) => lines.push(line) > 0 });
    const fault = (): never => {
      throw new TypeError('a fault of ours');
    };
    const requestId = 'abc123';
    const connection: Connection = {
      requestId,
      open() {},
      message() {},
      drain() {},
      close() {},
      [event]: fault,
    };
    const closed: number[] = [];
    const socket = {
      data: connection,
      close: (code: number) => closed.push(code),
      getBufferedAmount: () => 0,
    };
    const handler = socketHandler({ frameBytes: 1, outboundBytes: 1 }, log);
    await handler[event]?.(socket as never, new Uint8Array() as never, '');
    expect(closed).toEqual([1011]);
    expect(JSON.parse(lines.join(''))).toMatchObject({
      message: expect.stringContaining('a fault of ours'),
      requestId,
    });
  },
);
