import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeCommands } from '../src/command-line/description.ts';
import { parseWords } from '../src/command-line/parse-words.ts';
import { allSettings } from '../src/all-settings.ts';
import { features } from '../src/features.ts';
import { commandsIn } from './support/commands-in.ts';

/*
 * docs/operations/ is what an owner types on a bad day: each command line is one, and each message is word for word what
 * the program says.
 */

const root = join(import.meta.dir, '..');
const folder = join(root, 'docs/operations');
const pages = [...new Bun.Glob('*.md').scanSync({ cwd: folder })].toSorted();
const withReadme = ['../../README.md', ...pages];
const commands = describeCommands(features);

function read(page: string): string {
  return readFileSync(join(folder, page), 'utf8');
}

/** The lines of shell of a page, remarks left out. */
function shellLines(page: string): readonly string[] {
  return [...read(page).matchAll(/^```sh\n(.*?)^```$/gms)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.replace(/(?:^|\s+)#.*$/, ''))
    .filter((line) => line !== '');
}

test.each(withReadme)('each groundmist that %s has you type is understood', (page) => {
  for (const line of shellLines(page))
    for (const argv of commandsIn(line))
      expect([line, parseWords(argv, commands)]).toMatchObject([line, { kind: 'command' }]);
});

test.each(pages)('each setting that %s has you write is one', (page) => {
  const known = new Set(allSettings(features).map(({ env }) => env));
  const written = shellLines(page).flatMap((line) => /^([A-Z][A-Z_]+)=/.exec(line)?.[1] ?? []);
  expect(written.filter((name) => !known.has(name))).toEqual([]);
});

test('the index names every page', () => {
  expect(pages.filter((page) => page !== 'README.md' && !read('README.md').includes(page))).toEqual([]);
});

describe('troubleshooting', () => {
  const placeholder = '…';
  const leastLetters = 6;
  /** The source as it reads without the seams of sentences that are written over several lines. */
  const sources = [...new Bun.Glob('src/**/*.ts').scanSync({ cwd: root })].map((path) =>
    readFileSync(join(root, path), 'utf8')
      .replaceAll(/['`] \+\s*['`]/g, '')
      .replaceAll("\\'", "'"),
  );
  const [ours = ''] = read('troubleshooting.md').split("\n## What a browser's console says");
  const messages = [...ours.matchAll(/^### `(.*)`$/gm)].map(([, message = '']) => message);

  test('has some messages', () => {
    expect(messages.length).toBeGreaterThan(30);
  });

  test.each(messages)('the program says: %s', (message) => {
    const parts = message.split(placeholder).map((part) => part.trim());
    const telling = parts.filter((part) => part.length >= leastLetters);
    expect(telling.length).toBeGreaterThan(0);
    expect(telling.filter((part) => !sources.some((source) => source.includes(part)))).toEqual([]);
    expect(sources.some((source) => telling.every((part) => source.includes(part)))).toBe(true);
  });
});
