import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { host, publish, readRecord, record } from '../support/publish-to.ts';
import { startPds, type Pds, type PdsAccount } from '../support/pds.ts';
import { rejectionOf } from '../support/rejection.ts';
import type { BrowserTab } from './browser-tab.ts';
import { Chromium } from './chromium.ts';

setDefaultTimeout(60_000);

const stage = await startStage();
if ('skipped' in stage) console.warn(stage.skipped);

async function startStage() {
  await using starting = new AsyncDisposableStack();
  const chromium = await Chromium.start();
  if ('skipped' in chromium) return chromium;
  starting.use(chromium);
  const pds = await startPds();
  if ('skipped' in pds) return pds;
  starting.use(pds);
  return { chromium, pds, opened: starting.move() };
}

/** `groundmist publish --oauth`, whose address is opened in a tab, where `act` does as the person does. */
async function publishInTab(pds: Pds, account: PdsAccount, tab: BrowserTab, act: () => Promise<void>) {
  const interruption = new AbortController();
  let visiting: Promise<void> = Promise.resolve();
  const heard = (note: string): void => {
    const url = /^http\S+\/oauth\/authorize\S+$/m.exec(note)?.[0];
    if (url === undefined) return;
    visiting = tab
      .goTo(url)
      .then(act)
      .catch((error: unknown) => interruption.abort(error));
  };
  try {
    return await publish(pds, account, { oauth: true }, { heard, signal: interruption.signal });
  } finally {
    await visiting;
  }
}

describe.skipIf('skipped' in stage)('a browser at the pages of the reference PDS', () => {
  if ('skipped' in stage) return;
  const { chromium, pds, opened } = stage;
  afterAll(() => opened.disposeAsync());

  test('signs in, authorizes, and ends on our page, styled and silent', async () => {
    const account = await pds.createAccount();
    const tab = await (await chromium.openProfile()).openTab();
    let asked = '';
    const outcome = await publishInTab(pds, account, tab, async () => {
      await tab.type('input[type=password]', account.password);
      await tab.press(/^Sign in$/);
      await tab.until(`document.body.innerText.includes('Authorize')`);
      asked = String(await tab.evaluate('document.body.innerText'));
      await tab.press(/^Authorize$/);
      await tab.until(`document.body.innerText.includes('You can close this page')`);
    });
    expect(outcome).toMatchObject({ kind: 'published', host });
    expect(await readRecord(pds, account)).toMatchObject({ value: record });
    expect(asked).toContain('An application on your device');
    expect(await tab.evaluate('getComputedStyle(document.body).maxWidth')).not.toBe('none');
    expect(tab.uncaught).toEqual([]);
  });

  test('denies it, and ends on our page too', async () => {
    const account = await pds.createAccount();
    const tab = await (await chromium.openProfile()).openTab();
    const publishing = publishInTab(pds, account, tab, async () => {
      await tab.type('input[type=password]', account.password);
      await tab.press(/^Sign in$/);
      await tab.press(/^Deny access$/);
      await tab.until(`document.body.innerText.includes('Nothing was written')`);
    });
    const error = await rejectionOf(publishing);
    expect(error).toMatchObject({ code: 'LoginRefused' });
    expect(error.message).toContain('You did not allow it');
  });
});
