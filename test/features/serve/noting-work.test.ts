import { getLogger } from '@logtape/logtape';
import { expect, test } from 'bun:test';
import { notingWork } from '../../../src/features/serve/noting-work.ts';
import { socketHandler } from '../../../src/http.ts';
import type { Connection } from '../../../src/platform/http.ts';
import { eventually } from '../../support/eventually.ts';

const limits = { frameBytes: 2 ** 20, outboundBytes: 2 ** 20 };

test('each request, each message and the end of each socket is known as work before it is served', async () => {
  let noted = 0;
  const served: string[] = [];
  const connection: Connection = {
    open() {},
    message: () => void served.push(`message ${noted}`),
    drain() {},
    close: () => void served.push(`close ${noted}`),
  };
  using server = Bun.serve<Connection>({
    hostname: '127.0.0.1',
    port: 0,
    ...notingWork(
      {
        async fetch(request, self) {
          served.push(`request ${noted}`);
          return self.upgrade(request, { data: connection }) ? undefined : new Response();
        },
        websocket: socketHandler(limits, getLogger('test')),
      },
      () => void (noted += 1),
    ),
  });
  const client = new WebSocket(`ws://127.0.0.1:${server.port}`);
  client.addEventListener('open', () => {
    client.send(new Uint8Array(1));
    client.close();
  });
  await eventually('all is served', () => served.length > 2);
  expect(served).toEqual(['request 1', 'message 2', 'close 3']);
});
