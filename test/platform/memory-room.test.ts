import { expect, test } from 'bun:test';
import { memoryRoom } from '../../src/platform/memory-room.ts';

const machine = { '/proc/meminfo': 'MemTotal: 490000 kB\nMemAvailable:   300000 kB\nSwapFree:  1000 kB\n' };
const unit = '/sys/fs/cgroup/system.slice/groundmist.service';

function roomWith(files: Readonly<Record<string, string>>, pid: number | 'self' = 'self') {
  return memoryRoom(pid, (path) => files[path] ?? '');
}

test('where nothing limits the process it is that of the machine', () => {
  const expected = { availableBytes: 307_200_000, swapBytes: 1_024_000, isOwnLimit: false };
  expect(roomWith(machine)).toEqual(expected);
  const unlimited = {
    ...machine,
    '/proc/self/cgroup': '0::/system.slice/groundmist.service\n',
    [`${unit}/memory.max`]: 'max\n',
    [`${unit}/memory.current`]: '1000\n',
  };
  expect(roomWith(unlimited)).toEqual(expected);
});

test('a limit of its unit, less what is used and cannot be given back, is what it has', () => {
  const limited = {
    ...machine,
    '/proc/7/cgroup': '0::/system.slice/groundmist.service\n',
    [`${unit}/memory.max`]: '100000000\n',
    [`${unit}/memory.current`]: '90000000\n',
    [`${unit}/memory.stat`]: 'anon 1\nfile 2\ninactive_file 5000000\n',
  };
  expect(roomWith(limited, 7)).toEqual({ availableBytes: 15_000_000, swapBytes: 0, isOwnLimit: true });
});

test('a limit around it, and that of a container which sees itself as the root, count too', () => {
  const around = {
    ...machine,
    '/proc/self/cgroup': '0::/system.slice/groundmist.service\n',
    '/sys/fs/cgroup/system.slice/memory.max': '50000000\n',
    '/sys/fs/cgroup/system.slice/memory.current': '60000000\n',
  };
  expect(roomWith(around)).toMatchObject({ availableBytes: 0, isOwnLimit: true });
  const container = {
    ...machine,
    '/proc/self/cgroup': '0::/\n',
    '/sys/fs/cgroup/memory.max': '50000000\n',
    '/sys/fs/cgroup/memory.current': '10000000\n',
  };
  expect(roomWith(container)).toMatchObject({ availableBytes: 40_000_000 });
});

test('another system says nothing', () => {
  expect(roomWith({})).toBeUndefined();
});
