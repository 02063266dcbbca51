import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { OAuthPerson } from '../../support/oauth-person.ts';
import { startPds, type Pds, type PdsAccount } from '../../support/pds.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { host, publish, readRecord, record, rewrite } from '../../support/publish-to.ts';

/** A bound for what hangs: other processes answer here. */
setDefaultTimeout(60_000);

const started = await startPds();
const isSkipped = 'skipped' in started;
if (isSkipped) console.warn(started.skipped);
const pds = started as Pds;
const person = isSkipped ? undefined : new OAuthPerson(pds);
afterAll(async () => {
  await person?.[Symbol.asyncDispose]();
  if (!isSkipped) await pds.close();
});

/** `groundmist publish --oauth …`; `visit` is given the address that it shows, as a person is. */
async function publishByBrowser(
  account: PdsAccount,
  options: Readonly<Record<string, boolean>>,
  visit: (url: string, person: OAuthPerson) => Promise<unknown>,
) {
  const interruption = new AbortController();
  let visiting: Promise<unknown> = Promise.resolve();
  const notes: string[] = [];
  const heard = (note: string): void => {
    notes.push(note);
    const url = /^https?:\S+oauth\/authorize\S+$/m.exec(note)?.[0];
    if (url === undefined || person === undefined) return;
    visiting = visit(url, person).catch((error: unknown) => interruption.abort(error));
  };
  const asked = { heard, signal: interruption.signal };
  try {
    const outcome = await publish(pds, account, { ...options, oauth: true }, asked);
    return { outcome, notes: notes.join('\n') };
  } finally {
    await visiting;
  }
}

describe.skipIf(isSkipped)('with the OAuth pages of the reference PDS', () => {
  test('who allows it has published, with the right to do that and nothing else, and no session stays', async () => {
    const account = await pds.createAccount();
    let page = '';
    let during: readonly string[] = [];
    const { outcome, notes } = await publishByBrowser(account, {}, async (url, someone) => {
      const answer = await fetch(await someone.allow(url, account));
      page = await answer.text();
      during = await someone.sessions(account);
    });
    expect(outcome).toMatchObject({ kind: 'published', host, record });
    expect(await readRecord(pds, account)).toMatchObject({ value: record });
    expect(page).toContain('You can close this page');
    expect(during.filter((scope) => scope !== 'atproto repo:xyz.groundmist.sync')).toEqual([]);
    expect(await person?.sessions(account)).toEqual([]);
    expect(notes).not.toMatch(/eyJ|did not confirm/);
  });

  test('what another app wrote is replaced, and the record is removed, the same way', async () => {
    const account = await pds.createAccount();
    const theirs = { $type: 'xyz.groundmist.sync', host: 'elsewhere.example.com' };
    await rewrite(pds, account, theirs);
    const allow = async (url: string, someone: OAuthPerson) => fetch(await someone.allow(url, account));
    const { notes, outcome } = await publishByBrowser(account, {}, allow);
    expect(notes).toContain('in place of');
    expect(outcome).toMatchObject({ replaces: theirs });
    const removed = await publishByBrowser(account, { remove: true }, allow);
    expect(removed.outcome).toMatchObject({ kind: 'removed', wasPublished: true });
    expect((await rejectionOf(readRecord(pds, account))).message).toContain('RecordNotFound');
    expect(await person?.sessions(account)).toEqual([]);
  });

  test('who does not allow it has published nothing, and is told so', async () => {
    const account = await pds.createAccount();
    let page = '';
    const error = await rejectionOf(
      publishByBrowser(account, {}, async (url, someone) => {
        page = await (await fetch(await someone.deny(url))).text();
      }),
    );
    expect(error).toMatchObject({ code: 'LoginRefused', kind: { exit: 4 } });
    expect(error.message).toContain('You did not allow it');
    expect(page).toContain('Nothing was written');
    expect(await publish(pds, account, { show: true })).toMatchObject({ isPublished: false });
  });

  test('a login as somebody else is refused and signed out at once', async () => {
    const [account, other] = [await pds.createAccount(), await pds.createAccount()];
    const error = await rejectionOf(
      publishByBrowser(account, {}, async (url, someone) => fetch(await someone.allow(url, other))),
    );
    expect(error).toMatchObject({ code: 'LoginRefused' });
    expect(error.message).toContain(`You logged in as ${other.did}`);
    expect(await person?.sessions(other)).toEqual([]);
  });

  test('a record that changes while the browser is open is left as it is, and the session ends', async () => {
    const account = await pds.createAccount();
    const theirs = { $type: 'xyz.groundmist.sync', host: 'elsewhere.example.com' };
    const error = await rejectionOf(
      publishByBrowser(account, {}, async (url, someone) => {
        await rewrite(pds, account, theirs);
        await fetch(await someone.allow(url, account));
      }),
    );
    expect(error).toMatchObject({ code: 'RecordChanged' });
    expect(await readRecord(pds, account)).toMatchObject({ value: theirs });
    expect(await person?.sessions(account)).toEqual([]);
  });
});
