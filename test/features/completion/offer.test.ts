import { describe, expect, test } from 'bun:test';
import { describeCommands } from '../../../src/command-line/description.ts';
import { offerFor } from '../../../src/features/completion/offer.ts';
import { features } from '../../../src/features.ts';

const commands = describeCommands(features);
const offeredAfter = (line: string) => offerFor(line.split(' '), commands);
const wordsAfter = (line: string): readonly string[] => offeredAfter(line).words.map(({ word }) => word);

describe('words', () => {
  test('at the start: every command once, groups by their first word, no hidden one', () => {
    const shown = commands.filter(({ command }) => !command.hidden).map(({ path }) => path[0] ?? '');
    expect(wordsAfter('').toSorted()).toEqual([...new Set([...shown, 'help'])].toSorted());
    expect(wordsAfter('')).not.toContain('complete');
  });

  test('in a group: its commands, also after a flag', () => {
    expect(wordsAfter('app ')).toEqual(['list', 'approve', 'deny', 'revoke', 'pair']);
    expect(wordsAfter('app --env-file x ')).toEqual(wordsAfter('app '));
  });

  test('after help: commands, and no flags of theirs', () => {
    expect(wordsAfter('help ')).toContain('inspect');
    expect(wordsAfter('help ')).not.toContain('help');
    expect(wordsAfter('help app ')).toEqual(wordsAfter('app '));
    expect(wordsAfter('help inspect ')).toEqual([]);
  });

  test('after what is no command: none', () => {
    expect(wordsAfter('frobnicate ')).toEqual([]);
  });
});

describe('flags', () => {
  test('of the command and of all, without those that are there', () => {
    expect(wordsAfter('app list -')).toEqual([
      '--json',
      '--data-dir',
      '--env-file',
      '--quiet',
      '--verbose',
      '--help',
    ]);
    expect(wordsAfter('app list --json --data-dir x --quiet -')).toEqual([
      '--env-file',
      '--verbose',
      '--help',
    ]);
  });

  test('without a dash only where no argument can follow', () => {
    expect(wordsAfter('app list ')).toContain('--json');
    expect(wordsAfter('app approve ')).toEqual([]);
    expect(wordsAfter('app approve k7m2qx ')).toContain('--read-only');
  });

  test('after -- none', () => {
    expect(wordsAfter('app list -- ')).toEqual([]);
    expect(wordsAfter('completion -- -')).toEqual(['bash', 'zsh', 'fish']);
  });

  test('before the command: those that every command has', () => {
    expect(wordsAfter('--')).toEqual(['--env-file', '--quiet', '--verbose', '--help', '--version']);
  });
});

describe('values', () => {
  test('the choices of a flag, after it and after =', () => {
    expect(wordsAfter('export out --format ')).toEqual(['nodefs', 'json']);
    expect(wordsAfter('export out --format=')).toEqual(['--format=nodefs', '--format=json']);
  });

  test('paths and namespaces by what the value is called, functions where a command has one', () => {
    expect(offeredAfter('serve --data-dir ')).toMatchObject({ lookUp: 'directory', prefix: '' });
    expect(offeredAfter('serve --data-dir=')).toMatchObject({ lookUp: 'directory', prefix: '--data-dir=' });
    expect(offeredAfter('--env-file ')).toMatchObject({ lookUp: 'file' });
    expect(offeredAfter('backup verify ')).toMatchObject({ lookUp: 'file' });
    expect(offeredAfter('verify --in ')).toMatchObject({ lookUp: 'namespace' });
    expect(offeredAfter('inspect ')).toMatchObject({ lookUp: 'namespace' });
    expect(offeredAfter('app approve ').lookUp).toBeFunction();
  });

  test('of a flag that takes none, or is not there: nothing', () => {
    expect(offeredAfter('app list --json=')).toEqual({ words: [], prefix: '' });
    expect(offeredAfter('app list --nothing=')).toEqual({ words: [], prefix: '' });
  });
});
