import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { settingsOf } from '../support/publish-to.ts';
import { OAuthPerson } from '../support/oauth-person.ts';
import { startPds, type Pds, type PdsAccount } from '../support/pds.ts';
import { Binary } from './binary.ts';

/** A bound for what hangs: other processes answer here. */
setDefaultTimeout(60_000);

const started = await startPds();
const isSkipped = 'skipped' in started;
if (isSkipped) console.warn(started.skipped);
const pds = started as Pds;
const words = ['publish', '--skip-check', '--oauth'];

let binary: Binary;
let person: OAuthPerson;
beforeAll(() => {
  binary = new Binary();
  if (!isSkipped) person = new OAuthPerson(pds);
});
afterAll(async () => {
  binary[Symbol.dispose]();
  if (isSkipped) return;
  await person[Symbol.asyncDispose]();
  await pds.close();
});

const shownUrl = /^(http\S+)\r?$/m;

/** On a terminal; each step is a text to wait for, and what is typed then, which may come of the address that was shown. */
function onTerminal(
  account: PdsAccount,
  steps: readonly (readonly [waitFor: string, keys: (url: string) => string | Promise<string>])[],
  more: Readonly<Record<string, string>> = {},
) {
  let next = 0;
  const type = (shown: string): undefined | string | Promise<string> => {
    const [waitFor, keys] = steps[next] ?? [];
    if (waitFor === undefined || keys === undefined || !shown.includes(waitFor)) return undefined;
    next += 1;
    return keys(shownUrl.exec(shown)?.[1] ?? '');
  };
  return binary.runOnTerminal(words, type, { env: { ...settingsOf(pds, account), ...more } });
}

describe.skipIf(isSkipped)('the compiled binary and the OAuth pages of the reference PDS', () => {
  test('over SSH the address that the browser ends on is pasted; a wrong one is explained and asked for again', async () => {
    const account = await pds.createAccount();
    const { exitCode, shown } = await onTerminal(account, [
      ['Waiting for the browser', (url) => `${url}\r`],
      // The wrong one goes first: Ctrl-U empties the line.
      ['That is another address', async (url) => `\u0015${await person.allow(url, account)}\r`],
    ]);
    expect(shown).toContain('Published sync.example.com');
    expect(exitCode).toBe(0);
    expect(await person.sessions(account)).toEqual([]);
    expect(shown).not.toMatch(/eyJ/);
  });

  test('a browser on this machine comes back by itself, and the question goes', async () => {
    const account = await pds.createAccount();
    const { exitCode, shown } = await onTerminal(account, [
      [
        'Waiting for the browser',
        async (url) => {
          await fetch(await person.allow(url, account));
          return '';
        },
      ],
    ]);
    expect(shown).toContain('Published sync.example.com');
    expect(exitCode).toBe(0);
  });

  test('Ctrl-C at the question ends it, and nothing is published', async () => {
    const account = await pds.createAccount();
    const { exitCode, shown } = await onTerminal(account, [['Waiting for the browser', () => '\u0003']]);
    expect(exitCode).toBe(130);
    expect(shown).not.toContain('Published');
    expect(await person.sessions(account)).toEqual([]);
  });

  test('without a terminal, and with --quiet, the address goes to stderr and the browser brings the answer', async () => {
    const account = await pds.createAccount();
    const child = binary.start([...words, '--json', '--quiet'], { env: settingsOf(pds, account) });
    let heard = '';
    let visit: Promise<unknown> | undefined;
    const decoder = new TextDecoder();
    for await (const bytes of child.stderr) {
      heard += decoder.decode(bytes, { stream: true });
      const url = shownUrl.exec(heard)?.[1];
      if (url !== undefined) visit ??= person.allow(url, account).then((address) => fetch(address));
    }
    await visit;
    expect(await child.exited).toBe(0);
    expect(JSON.parse(await new Response(child.stdout).text())).toMatchObject({ kind: 'published' });
    expect(await person.sessions(account)).toEqual([]);
  });

  test('SIGTERM while it waits ends it', async () => {
    const account = await pds.createAccount();
    const child = binary.start(words, { env: settingsOf(pds, account) });
    let isSent = false;
    for await (const _bytes of child.stderr) {
      if (isSent) continue;
      isSent = true;
      child.kill('SIGTERM');
    }
    expect(await child.exited).toBe(143);
  });
});
