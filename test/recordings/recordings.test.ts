import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { allSettings } from '../../src/all-settings.ts';
import { describeCommands } from '../../src/command-line/description.ts';
import { parseWords } from '../../src/command-line/parse-words.ts';
import { features } from '../../src/features.ts';
import { parseCast, renderCast, type Cast } from './cast.ts';
import { playCast, type Screen } from './screen.ts';
import { drawSvg } from './svg.ts';

/* The recordings themselves are made by `bun run record`, as root, when what they show has changed. */

const root = join(import.meta.dir, '../..');
const folder = join(root, 'docs/recordings');
const names = [...new Bun.Glob('*.cast').scanSync({ cwd: folder })].map((name) => name.replace('.cast', ''));
const largestBytes = 150 * 1024;

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

/** What was typed and shown, without colours and movements. */
function wordsOf(name: string): string {
  return stripVTControlCharacters(
    parseCast(read(`${name}.cast`))
      .shown.map(({ text }) => text)
      .join(''),
  );
}

const sources = [...new Bun.Glob('src/**/*.ts').scanSync({ cwd: root })].map((path) =>
  readFileSync(join(root, path), 'utf8'),
);

describe.each(names)('the recording of %s', (name) => {
  test('shows commands that there are', () => {
    const typed = [...wordsOf(name).matchAll(/^\$ groundmist (.+)$/gm)].map(([, line = '']) => line.trim());
    expect(typed.length).toBeGreaterThan(0);
    for (const line of typed)
      expect([line, parseWords(line.split(' '), describeCommands(features))]).toMatchObject([
        line,
        { kind: 'command' },
      ]);
  });

  test('is what its picture shows', async () => {
    const cast = parseCast(read(`${name}.cast`));
    const { title, columns } = cast;
    expect(read(`${name}.svg`)).toBe(drawSvg({ title, columns, screens: await playCast(cast) }));
  });

  test('names nothing of the machine that it was made on, and no secret', () => {
    for (const text of [wordsOf(name), read(`${name}.svg`)]) {
      expect(text).not.toMatch(/\/(?:root|work|tmp|Users)\b|\/home\/(?!alice)/);
      expect(text).not.toMatch(/gms_|[?&]token=|SECRET_KEY=/);
    }
  });

  test('is small, and its picture runs nothing', () => {
    expect(statSync(join(folder, `${name}.svg`)).size).toBeLessThan(largestBytes);
    expect(read(`${name}.svg`)).not.toMatch(/<script|<foreignObject|\bon\w+=|href="(?!#)/);
  });
});

test('there is one of init, of serve and of inspect', () => {
  expect(names.toSorted()).toEqual(expect.arrayContaining(['init', 'inspect', 'serve']));
});

test('the questions of init are those that it asks today', () => {
  const asked = [...wordsOf('init').matchAll(/^[◆◇] {2}(.+?)\r?$/gmu)].map(([, question = '']) =>
    question.trim(),
  );
  const questions = [...new Set(asked)].filter((question) => !question.includes('example.com'));
  expect(questions.length).toBeGreaterThan(2);
  expect(questions.filter((question) => !sources.some((source) => source.includes(question)))).toEqual([]);
});

test('serve says what it says today', () => {
  const words = wordsOf('serve');
  for (const part of [
    'Listening on ',
    'lets your apps find it',
    'asks to sync ',
    'everything acknowledged is on disk',
  ]) {
    expect(words).toContain(part);
    expect([part, sources.some((source) => source.includes(part))]).toEqual([part, true]);
  }
});

test('no setting that a recording names is unknown', () => {
  const known = allSettings(features).map(({ env }) => env);
  const named = names.flatMap((name) => wordsOf(name).match(/GROUNDMIST_[A-Z_]+/g) ?? []);
  expect(named.filter((one) => !known.includes(one))).toEqual([]);
});

test('every page that shows a recording shows one that there is', () => {
  const pages = ['README.md', ...new Bun.Glob('docs/**/*.md').scanSync({ cwd: root })];
  const shown = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/recordings\/(\w+\.(?:svg|cast))/g)].map(
      ([, name = '']) => name,
    ),
  );
  expect(shown).toContain('init.svg');
  expect(shown.filter((name) => !existsSync(join(folder, name)))).toEqual([]);
});

describe('a picture', () => {
  const cast: Cast = {
    columns: 20,
    rows: 3,
    title: 'a & b',
    shown: [
      { at: 0, text: '\u001B[32m$\u001B[0m ' },
      { at: 1.5, text: '<ls>\r\n' },
      { at: 2, text: '\u001B[1mbold\u001B[0m \u001B[38;2;255;0;16mred\u001B[0m\u001B[2K' },
    ],
  };

  test('comes from a cast that is read as it was written', () => {
    expect(parseCast(renderCast(cast))).toEqual(cast);
  });

  test('has a screen for each moment that changed something, in the colours of the terminal', async () => {
    const plain = await playCast({ ...cast, shown: cast.shown.slice(0, 2) });
    expect(plain.map(({ at }) => at)).toEqual([0, 1.5]);
    expect(plain.at(-1)?.rows[0]).toEqual([
      { column: 0, text: '$', colour: 2, isBold: false, isDim: false },
      { column: 1, text: ' <ls>', colour: undefined, isBold: false, isDim: false },
    ]);
    const coloured = await playCast({ ...cast, shown: [{ at: 0, text: '\u001B[38;2;255;0;16mred' }] });
    expect(coloured[0]?.rows[0]).toMatchObject([{ text: 'red', colour: '#ff0010' }]);
  });

  test('escapes what a terminal showed, and moves only where the reader lets it', async () => {
    const screens: readonly Screen[] = await playCast({ ...cast, shown: cast.shown.slice(0, 2) });
    const svg = drawSvg({ title: cast.title, columns: cast.columns, screens });
    expect(svg).toContain('&lt;ls&gt;');
    expect(svg).toContain('<title>a &amp; b</title>');
    expect(svg).toContain('prefers-reduced-motion');
  });
});
