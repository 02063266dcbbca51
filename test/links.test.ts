import { expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dir, '..');
const pages = ['*.md', 'docs/**/*.md']
  .flatMap((glob) => [...new Bun.Glob(glob).scanSync({ cwd: root })])
  .toSorted();

/** The targets of the links of a page that lead into the checkout; code is left out. */
function linksOf(page: string): readonly string[] {
  const prose = readFileSync(join(root, page), 'utf8')
    .replaceAll(/^```.*?^```/gms, '')
    .replaceAll(/`[^`\n]*`/g, 'code');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** How GitHub names the anchor of a heading. */
function anchorsOf(page: string): readonly string[] {
  const headings = readFileSync(join(root, page), 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('there are pages', () => {
  expect(pages).toContain('README.md');
  expect(pages).toContain('docs/json.md');
});

test.each(pages)('the links of %s lead somewhere', (page) => {
  const broken = linksOf(page).filter((target) => {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : relative(root, join(root, dirname(page), path));
    if (file.startsWith('..') || !existsSync(join(root, file))) return true;
    return anchor !== undefined && !anchorsOf(file).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test('the paths that pages name exist', () => {
  const named = /`((?:src|test|bin|docs|completions|lexicons)\/[\w./-]*[\w/])`/g;
  const broken = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(named)]
      .map((match) => match[1] ?? '')
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${page}: ${path}`),
  );
  expect(broken).toEqual([]);
});

test('every decision is in the list of decisions', () => {
  const list = linksOf('docs/decisions/README.md');
  const decisions = [...new Bun.Glob('*.md').scanSync({ cwd: join(root, 'docs/decisions') })];
  expect(decisions.filter((name) => name !== 'README.md' && !list.includes(name))).toEqual([]);
});

test('no page names a path of the machine it was written on', () => {
  const machine = /\/(?:home|root|Users|work)\/\w/;
  expect(pages.filter((page) => machine.test(readFileSync(join(root, page), 'utf8')))).toEqual([]);
});
