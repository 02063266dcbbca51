import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from '../bin/reference.ts';
import { allSettings } from '../src/all-settings.ts';
import { describeCommands } from '../src/command-line/description.ts';
import { groupCommands, otherNames, ourNameOf } from '../src/command-line/groups.ts';
import { parseWords } from '../src/command-line/parse-words.ts';
import { exitCodes } from '../src/command-line/exit-codes.ts';
import { failures } from '../src/core/failure.ts';
import { features } from '../src/features.ts';
import { commandsIn } from './support/commands-in.ts';

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
  const missing = names.filter(({ name }) => !page('commands.md').includes(`### \`groundmist ${name}`));
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

const commands = describeCommands(features);
const shown = commands.filter(({ command }) => !command.hidden);

test('every command has an example, and each line of one is understood', () => {
  expect(shown.filter(({ examples }) => examples.length === 0).map(({ name }) => name)).toEqual([]);
  for (const [line] of shown.flatMap(({ examples }) => examples)) {
    const found = commandsIn(line);
    expect([line, found.length]).toEqual([line, 1]);
    for (const argv of found) expect(parseWords(argv, commands)).toMatchObject({ kind: 'command' });
  }
});

test('an example of a command runs that command, or one that finds what it needs', () => {
  for (const { name, examples } of shown) {
    const lines = examples.map(([line]) => line);
    expect([name, lines.some((line) => line.includes(`groundmist ${name}`))]).toEqual([name, true]);
  }
});

test('every command that a person sees has a place in help, and every other name leads to one', () => {
  const listed = groupCommands(shown).flatMap(({ commands: grouped }) => grouped.map(({ name }) => name));
  expect(listed.toSorted()).toEqual(shown.map(({ name }) => name).toSorted());
  const names = shown.map(({ name }) => name);
  for (const [other, ours] of Object.entries(otherNames)) {
    expect([other, ourNameOf(other, names)]).toEqual([other, ours]);
    expect(names.map((name) => name.split(' ')[0])).not.toContain(other);
  }
});

test('a flag of a setting sets the same one everywhere', () => {
  const kinds = new Map<string, string>();
  for (const flag of commands.flatMap(({ flags }) => flags).filter(({ setting }) => setting !== undefined)) {
    const before = kinds.get(flag.name);
    if (before !== undefined) expect([flag.name, before]).toEqual([flag.name, flag.setting?.env ?? '']);
    kinds.set(flag.name, flag.setting?.env ?? '');
  }
});

test('every flag is one long word, with at most one value', () => {
  const written = features.flatMap(({ commands: own = [] }) => own).flatMap(({ options = [] }) => options);
  expect(written.filter(({ flags }) => !/^--[a-z][a-z0-9-]+(?: <[^<>]+>)?$/.test(flags))).toEqual([]);
});

test('every exit code of a failure is explained', () => {
  const known = exitCodes.flatMap(([code]) => code.split(', ').map(Number));
  expect(Object.values(failures).filter(({ exit }) => !known.includes(exit))).toEqual([]);
});
