import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from '../bin/reference.ts';
import { allSettings } from '../src/all-settings.ts';
import { failures } from '../src/core/failure.ts';
import { features } from '../src/features.ts';

const root = join(import.meta.dir, '..');

function page(name: string): string {
  return readFileSync(join(root, 'docs/reference', name), 'utf8');
}

test.each(Object.entries(generatedFiles()))('%s is in step; `bun run docs` makes it so', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text);
});

test('every setting is documented, with its flag', () => {
  const missing = allSettings(features).filter(
    ({ env, flag }) =>
      !page('configuration.md').includes(`| \`${env}\` | ${flag === undefined ? '' : `\`${flag}\``} |`),
  );
  expect(missing.map(({ env }) => env)).toEqual([]);
});

test('every command is documented', () => {
  const names = features.flatMap((feature) => feature.commands ?? []).filter((command) => !command.hidden);
  const missing = names.filter(({ name }) => !page('commands.md').includes(`## \`groundmist ${name}`));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test('every failure is documented', () => {
  const missing = Object.keys(failures).filter((code) => !page('failures.md').includes(`| \`${code}\` |`));
  expect(missing).toEqual([]);
});

test('no two commands have one name', () => {
  const names = features.flatMap((feature) => feature.commands ?? []).map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});
