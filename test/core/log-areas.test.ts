import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'bun:test';
import { logAreas } from '../../src/core/log-areas.ts';

test('the page about logs has each area, in the same words', () => {
  const page = readFileSync(join(import.meta.dir, '../../docs/operations/logs.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|;]*)/gm)].map(([, area = '', about = '']) => [
    area,
    about.trim(),
  ]);
  const documented = Object.fromEntries(rows.filter(([area = '']) => Object.hasOwn(logAreas, area)));
  const ownWords = (text: string) =>
    text.replace('the owner’s PDS', 'your PDS').replace('the owner’s commands', 'your own commands');
  expect(documented).toEqual(
    Object.fromEntries(Object.entries(logAreas).map(([area, about]) => [area, ownWords(about)])),
  );
});
