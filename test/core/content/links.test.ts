import { describe, expect, test } from 'bun:test';
import { findLinks } from '../../../src/core/content/links.ts';
import { ids } from '../../support/plain-store.ts';

const [first, second] = ids;

describe('links', () => {
  test('are found with their path, in the order of the content', () => {
    const content = { list: ['no', `automerge:${second}`, { deep: `automerge:${first}` }], n: 1, none: null };
    expect(findLinks(content)).toEqual([
      { path: ['list', 1], url: `automerge:${second}`, id: second },
      { path: ['list', 2, 'deep'], url: `automerge:${first}`, id: first },
    ]);
  });

  test.each(['#2Ab', '#2Ab|3Cd', '#'])('to a moment of the past lead to the document: %s', (heads) => {
    const url = `automerge:${first}${heads}`;
    expect(findLinks({ url })).toEqual([{ path: ['url'], url, id: first }]);
  });

  test.each([
    ['an id without its scheme', first],
    ['an id whose checksum is wrong', `automerge:${first.slice(0, -1)}z`],
    ['a URL inside a text', `see automerge:${first}`],
    ['a URL with a path', `automerge:${first}/a`],
    ['a URL with a line after it', `automerge:${first}\n`],
    ['the scheme alone', 'automerge:'],
    ['a key', { [`automerge:${first}`]: 1 }],
  ])('%s is none', (_, value) => {
    expect(findLinks([value])).toEqual([]);
  });

  test('that fill a document cost little', () => {
    const url = `automerge:${first}`;
    const links = findLinks({ urls: Array.from({ length: 40_000 }, () => url) });
    expect(links).toHaveLength(40_000);
    expect(links.at(-1)?.path).toEqual(['urls', 39_999]);
  });
});
