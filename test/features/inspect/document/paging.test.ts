import { expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInspect } from '../run-inspect.ts';
import { richFolder, richId } from './rich-document.ts';

const path = process.env['PATH'];

test('a person at a terminal reads results through their pager', async () => {
  using folder = richFolder();
  const paged = join(folder.path, 'paged');
  const environment = { PATH: path, PAGER: `cat > ${paged}` };
  const shown = await runInspect(folder.path, richId, { pager: true }, { isScreen: true, environment });
  expect(shown.output).toBe('');
  expect(readFileSync(paged, 'utf8')).toContain('"title": "Theirs"');
});

test.each([
  [{ pager: false }, { isScreen: true }],
  [{ pager: true }, { isScreen: false }],
])('no pager starts with %j and %j', async (options, given) => {
  using folder = richFolder();
  const paged = join(folder.path, 'paged');
  const environment = { PATH: path, PAGER: `cat > ${paged}` };
  const shown = await runInspect(folder.path, richId, options, { ...given, environment });
  expect(shown.output).toContain('"title": "Theirs"');
  expect(existsSync(paged)).toBe(false);
});
