import { describe, expect, test } from 'bun:test';
import { guessTitle } from '../../../src/core/content/title.ts';
import type { Json } from '../../../src/core/content/json.ts';

const family = '👨‍👩‍👧‍👦';

describe('a title is guessed from', () => {
  const shapes: readonly (readonly [what: string, content: Json, title: string])[] = [
    ['its field', { title: 'Moby-Dick', text: 'Call me Ishmael.' }, 'Moby-Dick'],
    ['a name', { name: 'Ada', handle: 'ada.example' }, 'Ada'],
    ['a displayName', { displayName: 'Ada L.', description: 'counts' }, 'Ada L.'],
    ['a subject', { subject: 'Re: whales', body: 'Dear…' }, 'Re: whales'],
    ['a label', { label: 'to do', items: [] }, 'to do'],
    ['a handle, where it has no name', { handle: 'ada.example', n: 1 }, 'ada.example'],
    ['the first line of its text', { text: '\n\n  Call me Ishmael.\nSome years ago' }, 'Call me Ishmael.'],
    ['a Markdown heading', { content: '## Chapter 1\n\nCall me' }, 'Chapter 1'],
    ['the next field where one is empty', { title: '   ', name: 'Ada' }, 'Ada'],
    ['the next field where one is no text', { title: 7, name: { $bytes: 'AQ==' }, text: 'words' }, 'words'],
    ['a field in its metadata', { metadata: { title: 'Inside' }, items: [] }, 'Inside'],
    ['a profile', { $type: 'a.b.c', profile: { displayName: 'Ada' } }, 'Ada'],
    ['its own field before that of its metadata', { text: 'own', meta: { title: 'Inside' } }, 'own'],
    ['a list of strings', { text: ['Call me', ' Ishmael', '.\nSome years'] }, 'Call me Ishmael.'],
    ['spans of rich text', { content: [{ type: 'text', value: 'Call ' }, { value: 'me' }] }, 'Call me'],
    [
      'a delta',
      { body: { ops: [{ insert: 'Call ' }, { insert: { image: 'x' } }, { insert: 'me\n' }] } },
      'Call me',
    ],
    [
      'the first block of an editor that has text',
      {
        content: {
          type: 'doc',
          content: [
            { type: 'paragraph' },
            { type: 'heading', content: [{ type: 'text', text: 'Call ' }, { text: 'me' }] },
            { type: 'paragraph', content: [{ type: 'text', text: 'Ishmael' }] },
          ],
        },
      },
      'Call me',
    ],
    ['a localised string', { title: { value: 'Moby', language: 'en' } }, 'Moby'],
  ];
  test.each(shapes)('%s', (_what, content, title) => {
    expect(guessTitle(content)).toBe(title);
  });
});

describe('a title', () => {
  test('has no control characters, marks of direction or gaps', () => {
    expect(guessTitle({ title: '\u001b[31m red\u202e \u0000\t and\u00a0 blue\ufeff' })).toBe(
      '[31m red and blue',
    );
  });

  test('of nothing but those is none', () => {
    expect(guessTitle({ title: '\u0007\u200b\u202e\n\r' })).toBeUndefined();
  });

  test('has at most 80 graphemes, cut between two', () => {
    const title = guessTitle({ title: family.repeat(100) }) ?? '';
    expect(title).toBe(`${family.repeat(79)}…`);
    expect(guessTitle({ title: 'a'.repeat(80) })).toBe('a'.repeat(80));
    expect(guessTitle({ title: 'é'.repeat(90) })).toBe(`${'é'.repeat(79)}…`);
  });

  test('of one grapheme without end is not endless', () => {
    const title = guessTitle({ title: `a${'\u0301'.repeat(100_000)}` }) ?? '';
    expect(title.length).toBeLessThanOrEqual(1_000);
  });

  test('keeps what joins emoji', () => {
    expect(guessTitle({ title: `The ${family} album` })).toBe(`The ${family} album`);
  });
});

describe('no title is guessed', () => {
  const nothing: readonly Json[] = [
    {},
    [],
    'text',
    7,
    null,
    { items: ['a', 'b'] },
    { title: 'automerge:2oMvtLWLY3dGa7j5cUb34gSfDqVw' },
    { title: null, name: [], text: {} },
    { title: { title: 'too deep to be sure' } },
    { constructor: 'x', toString: 'y' },
  ];
  test.each(nothing.map((content) => [content] as const))('from %j', (content) => {
    expect(guessTitle(content)).toBeUndefined();
  });

  test('from text that lies beyond what is looked at', () => {
    const far: Json = [...Array.from({ length: 200 }, () => ({})), 'late'];
    expect(guessTitle({ content: far })).toBeUndefined();
  });
});
