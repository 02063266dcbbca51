import { describe, expect, test } from 'bun:test';
import { readAnswer } from '../../../../src/features/publish/oauth/answer.ts';

const expected = { redirectUri: 'http://127.0.0.1:4711/callback', state: 'mine' };
const whole = `${expected.redirectUri}?iss=https%3A%2F%2Fpds.example.com&state=mine&code=secret`;

test('the address that the browser ended on is the answer, spaces around it aside', () => {
  for (const address of [whole, `  ${whole}\n`]) {
    const read = readAnswer(address, expected);
    expect(read.kind === 'answer' && Object.fromEntries(read.parameters)).toEqual({
      iss: 'https://pds.example.com',
      state: 'mine',
      code: 'secret',
    });
  }
});

test('a no is an answer too', () => {
  const address = `${expected.redirectUri}?state=mine&error=access_denied`;
  expect(readAnswer(address, expected)).toMatchObject({ kind: 'answer' });
});

describe('is no answer, and the sentence says what is', () => {
  test.each([
    ['nothing', '', 'no address'],
    ['a word', 'done', 'no address'],
    [
      'the link that was opened',
      'https://pds.example.com/oauth/authorize?state=mine&code=x',
      'another address',
    ],
    ['another port', whole.replace('4711', '4712'), 'another address'],
    ['another name of this machine', whole.replace('127.0.0.1', 'localhost'), 'another address'],
    ['another path', whole.replace('/callback', '/'), 'another address'],
    ['with TLS', whole.replace('http:', 'https:'), 'another address'],
    ['a user before it', whole.replace('127.0.0.1', '127.0.0.1@evil.example.com'), 'another address'],
    ['the state of another login', whole.replace('mine', 'theirs'), 'another login'],
    ['without a state', whole.replace('&state=mine', ''), 'another login'],
    ['cut off', whole.replace('&code=secret', ''), 'not whole'],
    ['with two states', `${whole}&state=theirs`, 'twice'],
    ['with two codes', `${whole}&code=other`, 'twice'],
  ])('%s', (_what, address, why) => {
    const read = readAnswer(address, expected);
    expect(read).toMatchObject({ kind: 'none', why: expect.stringContaining(why) });
  });
});
