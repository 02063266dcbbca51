import { expect, test } from 'bun:test';
import { mountUnits } from '../../../src/core/service/mount-units.ts';

const noTool = Bun.which('systemd-escape') === null ? ' (skipped: systemd-escape is not installed)' : '';

test('every folder on the way to a path may be a mount', () => {
  expect(mountUnits('/var/lib')).toEqual(['var.mount', 'var-lib.mount']);
  expect(mountUnits('/')).toEqual([]);
});

test.skipIf(noTool !== '').each(['/srv/.a b/c-d', '/.x/ü%', '/a:b_c.d/"q"\\'])(
  `%s is called as systemd calls it${noTool}`,
  (path) => {
    const { stdout } = Bun.spawnSync(['systemd-escape', '--path', '--suffix=mount', path]);
    expect(mountUnits(path).at(-1)).toBe(stdout.toString().trim());
  },
);
