import { expect, test } from 'bun:test';
import type { SocketServer } from '../src/groundmist.ts';
import { upgrade } from '../src/http.ts';
import type { Connection, SocketEndpoint } from '../src/platform/http.ts';

const exchange = { address: '127.0.0.1', keepOpen() {} };
const request = new Request('https://sync.example.com/', { headers: { upgrade: 'websocket' } });

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
  const upgrading = upgrade([endpoint], request, server as SocketServer, exchange);
  expect(upgrading).rejects.toThrow('not a WebSocket handshake');
  await upgrading.catch(() => {});
  expect(closed).toEqual([1006]);
});
