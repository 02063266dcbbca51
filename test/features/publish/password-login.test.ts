import { expect, test } from 'bun:test';
import { run } from '../../../src/features/publish/command.ts';
import { runCommand, type CommandRun } from '../../support/command.ts';
import { sessionOf, startFakePds, type Answers, type FakePds } from '../../support/fake-pds.ts';
import { rejectionOf } from '../../support/rejection.ts';

const createSession = 'com.atproto.server.createSession';
const deleteSession = 'com.atproto.server.deleteSession';
const putRecord = 'com.atproto.repo.putRecord';

function publish(pds: FakePds, more: CommandRun = {}) {
  return runCommand(run, { options: { skipCheck: true }, environment: pds.environment(), ...more });
}

function refuse(error: string, status: number, headers: Record<string, string> = {}) {
  return () => Response.json({ error, message: `${error} it is` }, { status, headers });
}

test.each<[string, Answers, string, string]>([
  [
    'a wrong password',
    { [createSession]: refuse('AuthenticationRequired', 401) },
    'LoginRefused',
    'refused the login',
  ],
  [
    'the password of an account with a second factor',
    { [createSession]: refuse('AuthFactorTokenRequired', 401) },
    'LoginRefused',
    'Use an app password',
  ],
  [
    'an account that was taken down',
    { [createSession]: refuse('AccountTakedown', 401) },
    'LoginRefused',
    'down',
  ],
  [
    'too many logins, with when they end',
    { [createSession]: refuse('RateLimitExceeded', 429, { 'ratelimit-reset': '1764316800' }) },
    'RateLimited',
    'Try again after 2025-11-28T08:00:00.000Z.',
  ],
  [
    'too many logins',
    { [createSession]: refuse('RateLimitExceeded', 429) },
    'RateLimited',
    'asked too often.',
  ],
  ['a PDS that is down', { [createSession]: refuse('Oops', 503) }, 'PdsUnavailable', 'Oops it is'],
])('%s is told, and nothing is written', async (_what, answers, code, sentence) => {
  await using pds = await startFakePds(answers);
  const error = await rejectionOf(publish(pds));
  expect(error).toMatchObject({ code });
  expect(error.message).toContain(sentence);
  expect(pds.called).not.toContain(putRecord);
});

test('an account that is deactivated, or moved away, is signed out of and told', async () => {
  await using pds = await startFakePds({
    [createSession]: () =>
      Response.json({ ...sessionOf(pds.owner.did), active: false, status: 'deactivated' }),
  });
  const error = await rejectionOf(publish(pds));
  expect(error).toMatchObject({ code: 'LoginRefused' });
  expect(error.message).toContain('Your account is deactivated at');
  expect(pds.called.slice(-2)).toEqual([createSession, deleteSession]);
});

test('a login that may not write is told as such, and signed out of', async () => {
  await using pds = await startFakePds({ [putRecord]: refuse('ScopeMissing', 403) });
  expect(await rejectionOf(publish(pds))).toMatchObject({ code: 'LoginRefused' });
  expect(pds.called.slice(-2)).toEqual([putRecord, deleteSession]);
});

test('a sign-out that fails is said, and hides neither what was written nor what went wrong', async () => {
  await using pds = await startFakePds({ [deleteSession]: refuse('Oops', 500) });
  const { results, notes } = await publish(pds);
  expect(results.join()).toContain('Published');
  expect(notes.join()).toContain('did not confirm the sign-out');
  await using worse = await startFakePds({
    [deleteSession]: refuse('Oops', 500),
    [putRecord]: refuse('Worse', 500),
  });
  expect((await rejectionOf(publish(worse))).message).toContain('Worse it is');
});

test.each<[string, () => Response]>([
  ['is lost at a proxy', () => new Response('bad gateway', { status: 502 })],
  ['is cut', () => new Response('{"did":', { headers: { 'content-type': 'application/json' } })],
])('where the answer to a login %s, the person learns that it may be open', async (_what, answer) => {
  await using pds = await startFakePds({ [createSession]: answer });
  const notes: string[] = [];
  await rejectionOf(publish(pds, { heard: (note) => void notes.push(note) }));
  expect(notes.join()).toContain('A login may have been left open');
});

test('a login that was refused left nothing open', async () => {
  const notes: string[] = [];
  const heard = (note: string): void => void notes.push(note);
  await using pds = await startFakePds({ [createSession]: refuse('AuthenticationRequired', 401) });
  await rejectionOf(publish(pds, { heard }));
  expect(notes.join()).not.toContain('left open');
});

test('Ctrl-C while the PDS lets it in waits for the answer and signs out', async () => {
  const interruption = new AbortController();
  await using pds = await startFakePds({
    [createSession]: () => {
      interruption.abort(new Error('Ctrl-C'));
      return Response.json(sessionOf(pds.owner.did));
    },
  });
  const notes: string[] = [];
  const heard = (note: string): void => void notes.push(note);
  const error = await rejectionOf(publish(pds, { signal: interruption.signal, heard }));
  expect(error.message).toBe('Ctrl-C');
  expect(pds.called.slice(-2)).toEqual([createSession, deleteSession]);
  expect(notes.join()).not.toContain('left open');
});

test('Ctrl-C while the PDS is asked ends it, signed out', async () => {
  const interruption = new AbortController();
  await using pds = await startFakePds({
    [putRecord]: () => {
      interruption.abort(new Error('Ctrl-C'));
      return new Promise<never>(() => {});
    },
  });
  const error = await rejectionOf(publish(pds, { signal: interruption.signal }));
  expect(error.message).toBe('Ctrl-C');
  expect(pds.called.slice(-2)).toEqual([putRecord, deleteSession]);
});

test.each([
  ['', 'held no password'],
  ['\n', 'held no password'],
  ['first\nsecond\n', 'more than one line'],
])('a standard input of %j is refused before the PDS is asked to log in', async (input, why) => {
  await using pds = await startFakePds();
  const options = { skipCheck: true, passwordStdin: true };
  const error = await rejectionOf(publish(pds, { input, options }));
  expect(error).toMatchObject({ code: 'Usage', kind: { exit: 2 } });
  expect(error.message).toContain(why);
  expect(pds.called).not.toContain(createSession);
});

test('a line end after the password, of any system, is not part of it', async () => {
  for (const end of ['', '\n', '\r\n']) {
    await using pds = await startFakePds();
    const options = { skipCheck: true, passwordStdin: true };
    await publish(pds, { input: `abcd-efgh${end}`, options });
    expect(pds.passwords).toEqual(['abcd-efgh']);
  }
});

test('blanks that were copied with an app password are not part of it; of another password they may be', async () => {
  for (const [given, taken] of [
    [' abcd-efgh-ijkl-mnop\t', 'abcd-efgh-ijkl-mnop'],
    [' my own', ' my own'],
  ]) {
    await using pds = await startFakePds();
    await publish(pds, { environment: { ...pds.environment(), ATPROTO_APP_PASSWORD: given } });
    expect(pds.passwords).toEqual([taken ?? '']);
  }
});
