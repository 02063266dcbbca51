import { expect, test } from 'bun:test';
import { freePort, reachItself } from '../../../src/features/demo/port.ts';
import { failureOf, rejectionOf } from '../../support/rejection.ts';

test('a port is given that this machine reached under the name of the demo’s server, and that is free again', async () => {
  const reached: string[] = [];
  const port = await freePort(async (host) => void reached.push(host));
  expect(reached).toEqual([`localhost:${port}`]);
  using server = Bun.serve({ hostname: '127.0.0.1', port, fetch: () => new Response() });
  expect(server.port).toBe(port);
});

test('a machine that cannot reach itself is told so, and what turns that on', async () => {
  const port = await freePort();
  const { code, message } = await failureOf(reachItself(`localhost:${port}`));
  expect(code).toBe('NotReady');
  expect(message).toStartWith('This machine cannot reach itself as localhost, which the demo needs. ');
  expect(message).toContain('sudo ip link set lo up');
});

test('where it cannot, there is no port to use', async () => {
  const reach = async (): Promise<void> => {
    throw new Error('no way');
  };
  expect((await rejectionOf(freePort(reach))).message).toBe('no way');
});
