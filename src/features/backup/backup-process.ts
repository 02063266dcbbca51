import { join } from 'node:path';
import { z } from 'zod';
import type { Lock } from '../../core/backup/encryption.ts';
import type { Making, Outcome } from '../../core/backup/scheduled-backups.ts';
import { removeAbandoned } from '../../core/backup/work-folder.ts';
import type { Clock } from '../../platform/clock.ts';
import { asStarted } from '../../platform/executable.ts';

export interface ProcessOptions {
  readonly command: readonly string[];
  readonly directory: string;
  readonly dataDirectory: string;
  readonly owner: string;
  readonly lock: Lock | undefined;
  readonly clock: Clock;
}

/** How long a process may take to end what it began when it is told to. */
const patienceMs = 3_000;
const createdSchema = z.object({ damaged: z.int(), documents: z.int() });

/** Makes one backup in a process of its own, this program started again: its memory and its time are not the server's. */
export function makeInProcess(name: string, options: ProcessOptions): Making {
  const { command, directory, dataDirectory, owner, lock, clock } = options;
  const nice = Bun.which('nice');
  const child = Bun.spawn(
    [
      ...(nice === null ? [] : [nice, '-n', '10']),
      ...asStarted(command),
      'backup',
      'create',
      '--json',
      '--quiet',
      '--to',
      join(directory, name),
      '--data-dir',
      dataDirectory,
      ...lockFlags(lock),
    ],
    {
      // No env file of this folder is the server's.
      cwd: '/',
      env: { ...Bun.env, ATPROTO_DID: owner, BUN_FEATURE_FLAG_NO_ORPHANS: '1' },
      // Ctrl-C at the server's terminal is the server's to hear.
      detached: true,
      stdin: lock?.kind === 'passphrase' ? new Blob([lock.passphrase]) : 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    },
  );
  const outcome = outcomeOf(child);
  return {
    outcome,
    async stop() {
      child.kill('SIGTERM');
      const cancel = clock.after(patienceMs, () => child.kill('SIGKILL'));
      await child.exited;
      cancel();
      removeAbandoned(directory);
    },
  };
}

function lockFlags(lock: Lock | undefined): readonly string[] {
  if (lock === undefined) return ['--plain'];
  return lock.kind === 'passphrase' ? ['--passphrase-stdin'] : ['--recipient', lock.recipients.join(',')];
}

async function outcomeOf(child: Bun.Subprocess<'ignore' | Blob, 'pipe', 'pipe'>): Promise<Outcome> {
  const [exitCode, said, complained] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if (exitCode === 0) {
    const { damaged: damagedCount, documents: documentCount } = createdSchema.parse(JSON.parse(said));
    return { kind: 'made', damagedCount, documentCount };
  }
  const sentence = /^groundmist: (.*)$/m.exec(complained)?.[1];
  return {
    kind: 'failed',
    sentence: sentence ?? `the process that makes it ended with ${child.signalCode ?? exitCode}.`,
  };
}
