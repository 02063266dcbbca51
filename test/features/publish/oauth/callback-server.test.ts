import { describe, expect, test } from 'bun:test';
import { answerCallback, listenForCallback } from '../../../../src/features/publish/oauth/callback-server.ts';

const expected = { redirectUri: 'http://127.0.0.1:4711/callback', state: 'mine' };
const good = `${expected.redirectUri}?state=mine&code=secret`;

describe('the page', () => {
  test('thanks, keeps nothing, loads nothing and repeats nothing of the address', async () => {
    const { response, parameters } = answerCallback(new Request(good), expected);
    expect(parameters?.get('code')).toBe('secret');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-[\w+/]+=*';/),
    });
    const page = await response.text();
    expect(page).toContain('You can close this page');
    expect(page).not.toContain('secret');
    expect(page).not.toContain('<script');
  });

  test('says of a no that nothing was written, in our words', async () => {
    const url = `${expected.redirectUri}?state=mine&error=%3Cb%3E&error_description=%3Cscript%3E`;
    const { response, parameters } = answerCallback(new Request(url), expected);
    expect(parameters?.get('error')).toBe('<b>');
    const page = await response.text();
    expect(page).toContain('Nothing was written');
    expect(page).not.toMatch(/<b>|<script/);
  });
});

describe('is not taken as the answer', () => {
  test.each<[string, number, Request]>([
    ['another state', 400, new Request(good.replace('mine', 'theirs'))],
    ['the icon that browsers ask for', 404, new Request('http://127.0.0.1:4711/favicon.ico')],
    ['a name that was made to lead here', 400, new Request(good.replace('127.0.0.1', 'evil.example.com'))],
    ['a form', 405, new Request(good, { method: 'POST' })],
  ])('%s', async (_what, status, request) => {
    const { response, parameters } = answerCallback(request, expected);
    expect(parameters).toBeUndefined();
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain('secret');
  });

  test('anything before the login was begun', () => {
    expect(answerCallback(new Request(good), undefined).parameters).toBeUndefined();
  });
});

test('it listens on loopback alone, at a port that was free, until it is closed', async () => {
  let redirectUri = '';
  {
    await using server = listenForCallback();
    ({ redirectUri } = server);
    expect(redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    const answer = server.answerTo('mine');
    expect((await fetch(`${redirectUri}?state=guessed&code=x`)).status).toBe(400);
    const page = await fetch(`${redirectUri}?state=mine&code=y`);
    expect(await page.text()).toContain('Back to the terminal');
    expect((await answer).get('code')).toBe('y');
  }
  expect(fetch(redirectUri)).rejects.toThrow();
});
