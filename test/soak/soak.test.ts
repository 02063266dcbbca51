import { expect, test } from 'bun:test';
import { join } from 'node:path';

const seconds = 6;
/** A bound for what hangs. */
const patienceMs = 180_000;

/** The long form of it, and what came of that, is in docs/operations/soak.md. */
test.if(process.platform === 'linux')(
  'some seconds of a soak end with everybody having the same, and nothing lost',
  async () => {
    const script = join(import.meta.dir, 'run.ts');
    const child = Bun.spawn([process.execPath, '--no-env-file', script, '--seconds', String(seconds)], {
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [out, talk] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    console.log(`      (${talk.split('\n')[0]})`);
    const why = child.exitCode === 0 ? '' : `${talk}${out}`;
    expect({ exitCode: child.exitCode, why }).toEqual({ exitCode: 0, why: '' });
  },
  patienceMs,
);
