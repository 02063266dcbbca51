import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';
import { stockFixtures } from '../support/stock-data.ts';
import type { Binary } from './binary.ts';

type Backend = 'sqlite' | 'nodefs';

/** System calls by which a conversion changes what is on the disk. */
export const changingCalls = [
  'rename',
  'mkdir',
  'rmdir',
  'unlink',
  'unlinkat',
  'fsync',
  'fdatasync',
] as const;
type ChangingCall = (typeof changingCalls)[number];

export const oneNamespace = ['xyz/groundmist/library'];
export const twoNamespaces = [...oneNamespace, 'xyz/groundmist/notebook/essay'];
const mostCalls = 1_000;

export interface Killing {
  readonly binary: Binary;
  readonly from: Backend;
  readonly namespaces: readonly string[];
  readonly call: ChangingCall;
}

/** Fills a data directory through the command, and gives what is in it. */
async function fillStore({ binary, from, namespaces }: Killing, dataDirectory: string): Promise<string> {
  for (const namespace of namespaces) {
    const source = join(stockFixtures[1] ?? '', namespace);
    const env = { DATA_DIR: dataDirectory, GROUNDMIST_STORE: from };
    const imported = await binary.run(['import', source, '--into', namespace], { env });
    if (imported.exitCode !== 0) throw new Error(imported.stderr);
  }
  return dump(binary, dataDirectory);
}

/**
 * Kills a conversion at its first `call`, another at the second, and so on until one comes to its end. After each
 * kill everything must be there, and running it again must end it. Gives how many were killed.
 */
export async function killAtEach(killing: Killing): Promise<number> {
  using folder = temporaryFolder();
  const { binary, from, call } = killing;
  const before = await fillStore(killing, folder.at('filled'));
  const to = from === 'sqlite' ? 'nodefs' : 'sqlite';
  for (let count = 1; count < mostCalls; count += 1) {
    const dataDirectory = folder.at(String(count));
    cpSync(folder.at('filled'), dataDirectory, { recursive: true, preserveTimestamps: true });
    const env = { DATA_DIR: dataDirectory, GROUNDMIST_STORE: to };
    const words = ['strace', '-D', '-f', '-qq', '-o', '/dev/null', '-e', 'signal=none'];
    const inject = ['-e', `inject=${call}:signal=SIGKILL:when=${count}`];
    const child = Bun.spawn([...words, ...inject, binary.path, 'import'], {
      env: { ...env, PATH: process.env['PATH'] ?? '', HOME: binary.folder },
      stdout: 'ignore',
      stderr: 'ignore',
    });
    await child.exited;
    const where = `${from} to ${to}, killed at ${call} ${count}`;
    expectSame(await dump(binary, dataDirectory), before, where);
    if (child.exitCode === 0) return count - 1;
    if (child.signalCode !== 'SIGKILL') throw new Error(`${where}: it ended by itself (${child.exitCode})`);
    const again = await binary.run(['import'], { env });
    if (again.exitCode !== 0) throw new Error(`${where}: it did not go on: ${again.stderr}`);
    expectSame(await dump(binary, dataDirectory), before, `${where}, ended`);
    const rest = await binary.run(['import'], { env });
    if (!rest.stdout.startsWith('Nothing is to be moved'))
      throw new Error(`${where}: ${rest.stdout}${rest.stderr}`);
  }
  throw new Error(`${call} was called more than ${mostCalls} times`);
}

async function dump(binary: Binary, dataDirectory: string): Promise<string> {
  const dumped = await binary.run(['inspect', '--dump'], { env: { DATA_DIR: dataDirectory } });
  if (dumped.exitCode !== 0) throw new Error(dumped.stderr);
  return dumped.stdout;
}

function expectSame(now: string, before: string, where: string): void {
  if (now !== before) throw new Error(`${where}: not the same documents\n${before}\n${now}`);
}
