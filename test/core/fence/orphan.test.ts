import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { readLines } from '../../support/child-lines.ts';
import { eventually } from '../../support/eventually.ts';
import { isAlive } from '../../support/fence.ts';

test.each(['idle', process.platform === 'linux' ? 'busy' : 'idle'])(
  'a child does not outlive a server that is killed (%s)',
  async (state) => {
    const script = join(import.meta.dir, 'fence-holder.ts');
    const parent = Bun.spawn([process.execPath, '--no-env-file', script, state], {
      stdin: 'pipe',
      stdout: 'pipe',
    });
    const { value: child } = await readLines(parent.stdout).next();
    expect(isAlive(Number(child))).toBe(true);
    parent.kill('SIGKILL');
    await parent.exited;
    await eventually('the child is gone', () => !isAlive(Number(child)));
  },
);
