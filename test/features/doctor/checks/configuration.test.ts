import { describe, expect, test } from 'bun:test';
import { makeConfigurationCheck } from '../../../../src/features/doctor/checks/configuration.ts';
import type { Sources } from '../../../../src/platform/config.ts';
import { findSources } from '../../../../src/sources.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../../../support/folder.ts';
import { recordingTerminal } from '../../../support/terminal.ts';
import { find, findOne, goodSecret, owner } from '../context.ts';

/** Other servers may run on the machine of a test. */
const configuration = makeConfigurationCheck(() => []);
const path = '/etc/groundmist/env';
const whole = { ATPROTO_DID: owner, GROUNDMIST_SYNC_SECRET_KEY: goodSecret, DATA_DIR: '/srv/mist' };

/** Settings in an env file, and nothing in the environment but what is given. */
function inFile(values: Readonly<Record<string, string>>, environment: Sources['environment'] = {}) {
  return { sources: { flags: {}, environment, file: { path, values: { ...whole, ...values } } } };
}

test('settings that are whole are ok, and where they come from is said', async () => {
  expect(await findOne(configuration, inFile({}))).toEqual({
    check: 'configuration',
    kind: 'ok',
    cause: 'All settings can be used; they come from /etc/groundmist/env.',
  });
});

test('where nothing is set one finding says so, not one for each setting', async () => {
  expect(await findOne(configuration, { sources: { flags: {}, environment: {} } })).toMatchObject({
    kind: 'problem',
    cause: expect.stringContaining('has not been set up'),
    cure: 'groundmist init',
  });
});

test('where nothing is set and a server runs all the same, its settings are pointed to, and a new one is offered', async () => {
  const given = { sources: { flags: {}, environment: {} } };
  const beside = (...words: readonly string[]) =>
    makeConfigurationCheck(() => [{ pid: 7, words, userId: process.geteuid?.(), folder: '/srv' }]);
  expect(await findOne(beside('groundmist', 'serve', '--env-file', path), given)).toMatchObject({
    kind: 'problem',
    cause: expect.stringContaining('one runs on this machine'),
    cure: `If that is the server you mean, \`groundmist doctor --env-file ${path}\`; if you want one of your own, \`groundmist init\`.`,
  });
  expect(await findOne(beside('groundmist', 'serve'), given)).toMatchObject({
    cure: expect.stringContaining('--env-file'),
  });
});

test('a required setting that is missing is named, and init completes the file', async () => {
  const { ATPROTO_DID: _, ...rest } = whole;
  const sources = { flags: {}, environment: {}, file: { path: '/srv/my mist/env', values: rest } };
  expect(await findOne(configuration, { sources })).toMatchObject({
    kind: 'problem',
    cause: expect.stringContaining('ATPROTO_DID is not set'),
    cure: "groundmist init --env-file '/srv/my mist/env'",
  });
});

test('a secret that is gone beside documents is to be brought back before a new one is made', async () => {
  using folder = temporaryFolder();
  const { GROUNDMIST_SYNC_SECRET_KEY: _, ...rest } = { ...whole, DATA_DIR: folder.path };
  const sources = { flags: {}, environment: {}, file: { path, values: rest } };
  expect(await findOne(configuration, { sources })).toMatchObject({
    cure: `groundmist init --env-file ${path}`,
  });
  mkdirSync(folder.at('.groundmist'));
  const bring = { kind: 'problem', cure: expect.stringContaining('Bring the env file back first') };
  expect(await findOne(configuration, { sources })).toMatchObject(bring);
  mkdirSync(folder.at('share/groundmist/.groundmist'), { recursive: true });
  const nothing = { flags: {}, environment: { XDG_DATA_HOME: folder.at('share') } };
  expect(await findOne(configuration, { sources: nothing })).toMatchObject(bring);
});

describe('a value that cannot be used', () => {
  test('is corrected where it stands', async () => {
    expect(await findOne(configuration, inFile({ PORT: 'http' }))).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining('PORT "http"'),
      cure: `Correct PORT in ${path}.`,
    });
    expect(await findOne(configuration, inFile({}, { GROUNDMIST_BACKUP_EVERY: 'daily' }))).toMatchObject({
      kind: 'problem',
      cure: expect.stringContaining('`unset GROUNDMIST_BACKUP_EVERY`'),
    });
  });

  test('is not shown where it is the secret', async () => {
    const [finding] = await find(configuration, inFile({ GROUNDMIST_SYNC_SECRET_KEY: 'hunter2' }));
    expect(finding?.kind).toBe('problem');
    expect(JSON.stringify(finding)).not.toContain('hunter2');
  });
});

test('an env file that was named and is not there is the one finding', async () => {
  const sources = findSources({}, '/nowhere', { environment: {}, note() {} });
  const finding = await findOne(configuration, { sources });
  expect(finding).toMatchObject({ kind: 'problem', cause: expect.stringContaining('/nowhere') });
});

test('a line that was not read is written anew, whatever file is used', async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('env'), 'hello\n');
  const sources = findSources({}, folder.at('env'), { environment: whole, note() {} });
  const terminal = recordingTerminal({ environment: {} });
  expect(await findOne(configuration, { sources, terminal })).toMatchObject({
    kind: 'warning',
    cause: expect.stringContaining('line 1 is not NAME=value'),
    cure: expect.stringContaining('Write the line as NAME=value'),
  });
});

test('an env file that was passed over is a warning with the reason', async () => {
  const note = '.env is passed over: others may write to it; `chmod go-w .env` makes it usable.';
  const given = inFile({});
  const findings = await find(configuration, { sources: { ...given.sources, notes: [note] } });
  expect(findings).toMatchObject([{ kind: 'warning', cause: note, cure: expect.stringContaining(path) }]);
});

test('a name that nothing reads is a warning', async () => {
  expect(await findOne(configuration, inFile({ GROUNDMIST_HOSTS: 'sync.example.com' }))).toMatchObject({
    kind: 'warning',
    cause: expect.stringContaining('Did you mean GROUNDMIST_HOST?'),
  });
});

describe('a setting with two values', () => {
  test('is a warning that shows both', async () => {
    expect(await findOne(configuration, inFile({ PORT: '3031' }, { PORT: '4000' }))).toMatchObject({
      kind: 'warning',
      cause: expect.stringMatching(/"4000", which wins over "3031" in \/etc\/groundmist\/env/),
      cure: 'unset PORT',
    });
  });

  test('is a warning where the env file has two lines of it', async () => {
    using folder = temporaryFolder();
    const lines = Object.entries({ ...whole, PORT: '4000' }).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(folder.at('env'), `PORT=3031\n${lines.join('')}`);
    const sources = findSources({}, folder.at('env'), { environment: {}, note() {} });
    expect(await findOne(configuration, { sources })).toMatchObject({
      kind: 'warning',
      cause: `PORT stands more than once in ${folder.at('env')}: the last line counts.`,
    });
  });

  test('is one where both say the same, or a flag says what is meant', async () => {
    const same = inFile({ PORT: '3031' }, { PORT: '3031' });
    expect(await findOne(configuration, same)).toMatchObject({ kind: 'ok' });
    const { sources } = inFile({ PORT: '3031' }, { PORT: '4000' });
    const flagged = { sources: { ...sources, flags: { PORT: '5000' } } };
    expect(await findOne(configuration, flagged)).toMatchObject({ kind: 'ok' });
  });

  test('shows neither of two secrets', async () => {
    const [finding] = await find(configuration, inFile({}, { GROUNDMIST_SYNC_SECRET_KEY: 'cd'.repeat(32) }));
    expect(finding).toMatchObject({ kind: 'warning', cure: 'unset GROUNDMIST_SYNC_SECRET_KEY' });
    expect(JSON.stringify(finding)).not.toContain(goodSecret);
    expect(JSON.stringify(finding)).not.toContain('cdcd');
  });
});

describe('the address', () => {
  test.each([{ GROUNDMIST_LISTEN: '0.0.0.0' }, { GROUNDMIST_LISTEN: '::' }, { PORT: '0' }])(
    '%j without a public name keeps the server from starting',
    async (values) => {
      expect(await findOne(configuration, inFile({ ...values }))).toMatchObject({
        kind: 'problem',
        cause: expect.stringContaining('GROUNDMIST_HOST'),
      });
    },
  );

  test('that is open while only local proxies are believed is a warning', async () => {
    const open = { GROUNDMIST_LISTEN: '0.0.0.0', GROUNDMIST_HOST: 'sync.example.com' };
    expect(await findOne(configuration, inFile(open))).toMatchObject({
      kind: 'warning',
      cure: expect.stringContaining('GROUNDMIST_TRUSTED_PROXIES'),
    });
    for (const own of [{ GROUNDMIST_TLS: 'auto' }, { GROUNDMIST_TLS_CERT: '/a', GROUNDMIST_TLS_KEY: '/b' }])
      expect(await findOne(configuration, inFile({ ...open, ...own }))).toMatchObject({ kind: 'ok' });
    const named = { ...open, GROUNDMIST_TRUSTED_PROXIES: '172.16.0.0/12' };
    expect(await findOne(configuration, inFile(named))).toMatchObject({ kind: 'ok' });
  });
});

test.each([{}, { DATA_DIR: 'data' }])(
  'a data directory that depends on where one stands (%j) is a warning',
  async (values) => {
    const { DATA_DIR: _, ...rest } = whole;
    const sources = { flags: {}, environment: {}, file: { path, values: { ...rest, ...values } } };
    expect(await findOne(configuration, { sources })).toMatchObject({
      kind: 'warning',
      cure: expect.stringContaining(`DATA_DIR=${process.cwd()}/`),
    });
  },
);
