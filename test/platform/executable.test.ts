import { expect, test } from 'bun:test';
import { ownCommand, typedCommand } from '../../src/platform/executable.ts';
import { version } from '../../package.json' with { type: 'json' };

/* The compiled binary: test/e2e/fence.test.ts, which is its own child, and test/e2e/init.test.ts. */
test('from source, the command starts this program wherever it is asked from', () => {
  const { stdout } = Bun.spawnSync([...ownCommand(), '--version'], { cwd: '/', env: {} });
  expect(stdout.toString()).toBe(`groundmist ${version}\n`);
});

test('what a person types is as short as it may be where they are', () => {
  const [bun = '', flag = '', source = ''] = ownCommand();
  const folder = source.slice(0, source.lastIndexOf('/bin/'));
  expect(typedCommand('/elsewhere')).toBe([bun, flag, source].join(' '));
  expect(typedCommand(folder)).toEndWith(' --no-env-file ./bin/groundmist.ts');
});
