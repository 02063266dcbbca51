import { expect, test } from 'bun:test';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { findLockHolder, isLocked, lockDataDirectory } from '../../../src/core/store/lock.ts';
import { lockHolderPath } from '../../../src/core/store/layout.ts';
import { readLines } from '../../support/child-lines.ts';
import { hashTree } from '../../support/stock-data.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { codeOf, failureOf } from '../../support/rejection.ts';

const ourselves = { pid: process.pid, startedAt: 1_750_000_000_000, listen: '127.0.0.1:3032' };

/** Another process that tries to take the lock, and what it said of it. */
async function spawnHolder(directory: string): Promise<{ said: string; pid: number; kill(): Promise<void> }> {
  const script = join(import.meta.dirname, 'lock-holder.ts');
  const child = Bun.spawn([process.execPath, '--no-env-file', script, directory], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const first = await readLines(child.stdout).next();
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await child.exited;
  };
  return { said: String(first.value), pid: child.pid, kill };
}

test('a second process is told who holds the data directory, until kill -9 frees it', async () => {
  using directory = temporaryFolder();
  const holder = await spawnHolder(directory.path);
  expect(holder.said).toBe('held');
  expect(isLocked(directory.path)).toBe(true);
  expect(findLockHolder(directory.path)?.pid).toBe(holder.pid);
  const second = Promise.try(() => lockDataDirectory(directory.path, ourselves));
  expect(await codeOf(second)).toBe('Busy');
  expect((await failureOf(second))?.message).toContain(
    `process ${holder.pid}, running since 2023-11-14T22:13:20.000Z, listening on 127.0.0.1:3031`,
  );

  await holder.kill();
  expect(isLocked(directory.path)).toBe(false);
  expect(existsSync(lockHolderPath(directory.path))).toBe(true);
  expect(findLockHolder(directory.path)).toBeUndefined();
  using lock = lockDataDirectory(directory.path, ourselves);
  expect(findLockHolder(directory.path)).toEqual(ourselves);
  lock.release();
});

test('our own lock keeps other processes and ourselves out, and ends with its release', async () => {
  using directory = temporaryFolder();
  {
    using _lock = lockDataDirectory(directory.path, ourselves);
    expect(isLocked(directory.path)).toBe(true);
    const other = await spawnHolder(directory.path);
    expect(other.said).toContain(`held by process ${process.pid}`);
    await other.kill();
    expect(await codeOf(Promise.try(() => lockDataDirectory(directory.path, ourselves)))).toBe('Busy');
    expect(isLocked(directory.path)).toBe(true);
  }
  expect(isLocked(directory.path)).toBe(false);
  expect(existsSync(lockHolderPath(directory.path))).toBe(false);
});

test('looking at the lock writes nothing and needs no write permission', async () => {
  using directory = temporaryFolder();
  lockDataDirectory(directory.path, ourselves).release();
  const before = hashTree(directory.path, () => true);
  const own = join(directory.path, '.groundmist');
  chmodSync(join(own, 'lock'), 0o400);
  chmodSync(own, 0o500);
  expect(isLocked(directory.path)).toBe(false);
  chmodSync(own, 0o700);
  chmodSync(join(own, 'lock'), 0o600);
  expect(hashTree(directory.path, () => true)).toBe(before);
});

test('a folder that no server ever used is not locked', () => {
  using directory = temporaryFolder();
  expect(isLocked(directory.path)).toBe(false);
  expect(existsSync(join(directory.path, '.groundmist'))).toBe(false);
});
