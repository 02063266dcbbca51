import { expect, test } from 'bun:test';
import { encodeHeads } from '@automerge/automerge-repo/slim';
import { emptyList } from '../../../src/features/demo/documents.ts';
import { claimNothingElse } from '../../../src/features/demo/stored-list.ts';

const hash = '23734401d982bd4477ac6ffc6d2f290a79796a92ebd828293fa08722b7aa8c2a';
const later = hash.replace('2', '3');
// What Automerge types by brand is a string at run time.
const held = { heads: encodeHeads([hash] as never), content: emptyList };

function inspected(heads: readonly string[], content: object): string {
  return JSON.stringify({ id: 'x', heads, content });
}

test('a stored list that is the one of the device passes', () => {
  expect(() => claimNothingElse(inspected([hash], emptyList), held)).not.toThrow();
});

test.each([
  ['a sign of who types in it', inspected([hash], { ...emptyList, isTyping: true })],
  ['a change that the device does not know', inspected([later], emptyList)],
  ['a change beside those of the device', inspected([hash, later], emptyList)],
])('a stored list with %s fails the demo', (_, shown) => {
  expect(() => claimNothingElse(shown, held)).toThrow('something else than what was typed');
});
