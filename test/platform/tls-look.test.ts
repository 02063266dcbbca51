import { expect, test } from 'bun:test';
import { lookAtTls } from '../../src/platform/tls-look.ts';

const around = { name: 'sync.example.com', timeoutMs: 5000 };

test('a port where nothing listens refuses', async () => {
  const address = { address: '127.0.0.1', family: 4 } as const;
  expect(await lookAtTls({ ...around, address, port: 1 })).toEqual({ kind: 'refused' });
});

test('an address to which this machine has no way is told from one that refuses', async () => {
  const address = { address: '255.255.255.255', family: 4 } as const;
  expect(await lookAtTls({ ...around, address, port: 1 })).toEqual({ kind: 'no-route' });
});
