import { expect, test } from 'bun:test';
import { ownCommand } from '../../src/platform/executable.ts';
import { version } from '../../package.json' with { type: 'json' };

/* The compiled binary: test/e2e/fence.test.ts, which is its own child, and test/e2e/init.test.ts. */
test('from source, the command starts this program wherever it is asked from', () => {
  const { stdout } = Bun.spawnSync([...ownCommand(), '--version'], { cwd: '/', env: {} });
  expect(stdout.toString()).toBe(`groundmist ${version}\n`);
});
