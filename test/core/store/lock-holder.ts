/* Run by lock.test.ts as a process of its own: takes the lock, says so, and keeps it until it is killed. */
import { lockDataDirectory } from '../../../src/core/store/lock.ts';

const [, , directory = ''] = process.argv;
try {
  lockDataDirectory(directory, { pid: process.pid, startedAt: 1_700_000_000_000, listen: '127.0.0.1:3031' });
  process.stdout.write('held\n');
  await process.stdin.resume().toArray();
} catch (error) {
  process.stdout.write(`${String(error)}\n`);
}
