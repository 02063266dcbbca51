import { describe, expect, test } from 'bun:test';
import { takeSupervisor } from '../../src/platform/supervisor.ts';
import { DatagramSocket } from '../support/datagram-socket.ts';
import { temporaryFolder } from '../support/folder.ts';

describe.if(process.platform === 'linux')('on Linux', () => {
  test('a supervisor hears all of a state in one message, each value on one line', () => {
    using folder = temporaryFolder();
    using socket = new DatagramSocket(folder.at('notify'));
    const supervisor = takeSupervisor({ NOTIFY_SOCKET: folder.at('notify') });
    supervisor?.tell({ READY: 1, STATUS: 'two\nlines' });
    expect(socket.read()).toBe('READY=1\nSTATUS=two lines');
    expect(socket.read()).toBeUndefined();
  });

  test('one that has an abstract name, as in a container, hears it too', () => {
    const name = `groundmist-test-${process.pid}-${Date.now()}`;
    using socket = new DatagramSocket(`\0${name}`);
    takeSupervisor({ NOTIFY_SOCKET: `@${name}` })?.tell({ STOPPING: 1 });
    expect(socket.read()).toBe('STOPPING=1');
  });

  test('one that has gone, or listens to nobody any more, keeps nobody from working', () => {
    using folder = temporaryFolder();
    const supervisor = takeSupervisor({ NOTIFY_SOCKET: folder.at('nowhere') });
    expect(() => supervisor?.tell({ READY: 1 })).not.toThrow();
    using socket = new DatagramSocket(folder.at('full'));
    const full = takeSupervisor({ NOTIFY_SOCKET: folder.at('full') });
    for (let count = 0; count < 10_000; count++) full?.tell({ COUNT: count });
    expect(socket.read()).toBe('COUNT=0');
  });

  test.each([
    [{ WATCHDOG_USEC: '60000000' }, 60_000],
    [{ WATCHDOG_USEC: '60000000', WATCHDOG_PID: String(process.pid) }, 60_000],
    [{ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '1' }, undefined],
    [{ WATCHDOG_USEC: 'soon' }, undefined],
    [{}, undefined],
  ])('with %j its patience is %p ms', (environment, patienceMs) => {
    expect(takeSupervisor({ NOTIFY_SOCKET: '/nowhere', ...environment })?.patienceMs).toBe(patienceMs);
  });
});

test('no child is told of the supervisor', () => {
  const taken = { NOTIFY_SOCKET: '/nowhere', WATCHDOG_PID: '1', WATCHDOG_USEC: '1' };
  const environment: Record<string, string> = { ...taken, PATH: '/bin' };
  takeSupervisor(environment);
  expect(environment).toEqual({ PATH: '/bin' });
});

test.each([
  {},
  { NOTIFY_SOCKET: '' },
  { NOTIFY_SOCKET: 'vsock:2:1234' },
  { NOTIFY_SOCKET: `/${'x'.repeat(200)}` },
])('with %j there is none that we could speak to', (environment) => {
  expect(takeSupervisor(environment)).toBeUndefined();
});
