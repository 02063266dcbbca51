import { expect, test } from 'bun:test';
import { TestOAuthSession } from '../support/oauth-session.ts';
import { Installation, library } from './server.ts';

const ctrlC = '\u0003';

/** An app that sends what its SDK sends, with a PDS token that nobody vouches for. */
async function startApp({ owner, url }: Installation) {
  const session = await TestOAuthSession.create(owner.did, 'http://127.0.0.1:9');
  const body = JSON.stringify({ lexiconAuthorityDomain: library, rootDocUrl: null });
  const headers = { 'content-type': 'application/json' };
  return () => session.fetchHandler(`${url}/authenticate`, { method: 'POST', headers, body });
}

test('`app pair` shows a link, lets the device that opened it in after a yes, and ends with Ctrl-C', async () => {
  await using installation = await Installation.create();
  await installation.serve();
  const signIn = await startApp(installation);
  expect((await signIn()).status).toBe(403);
  let answer: Promise<Response> | undefined;
  let typed = '';
  const say = (keys: string): string | undefined => {
    if (typed.includes(keys)) return undefined;
    typed += keys;
    return keys;
  };
  const { exitCode, shown } = await installation.binary.runOnTerminal(
    ['app', 'pair'],
    (text) => {
      const link = /http:\/\/localhost:\d+\/pair\/[\w-]{32}/.exec(text)?.[0];
      if (link !== undefined) answer ??= fetch(link).then(signIn);
      if (text.includes('may read and write')) return say(ctrlC);
      return text.includes('Let it sync') ? say('y') : undefined;
    },
    { env: installation.settings },
  );
  expect(exitCode).toBe(0);
  expect(shown).toContain('The link was opened from 127.0.0.1');
  expect((await answer)?.status).toBe(200);
  expect((await signIn()).status).toBe(200);
  const stranger = await startApp(installation);
  expect((await stranger()).status).toBe(403);
});
