import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { startFakePds } from '../support/fake-pds.ts';
import { folderState, temporaryFolder } from '../support/folder.ts';
import { freePort } from '../support/free-port.ts';
import { startOwner, type TestOwner } from '../support/plc.ts';
import { Binary } from './binary.ts';

const [enter, down, right, deleteLine] = ['\r', '\u001B[B', '\u001B[C', '\u0015'];
const [interrupt, endOfInput] = ['\u0003', '\u0004'];

/** What is waited for on the screen, and what is then typed. */
type Step = readonly [shown: string, typed: string];

let binary: Binary;
let owner: TestOwner;
let port: string;
beforeAll(async () => {
  binary = new Binary();
  port = String(await freePort());
  owner = await startOwner({ pdsUrl: 'https://pds.example.test' });
});
afterAll(async () => {
  binary[Symbol.dispose]();
  await owner.close();
});

/** Runs `init` on a terminal; each step waits for its words below those of the step before. */
async function talk(cwd: string, steps: readonly Step[], args: readonly string[] = [], more = {}) {
  let step = 0;
  let readTo = 0;
  const env = { GROUNDMIST_PLC_URL: owner.plcUrl, GROUNDMIST_PRIVATE_HOSTS: owner.plcHost, ...more };
  const outcome = await binary.runOnTerminal(
    // Whatever runs on this machine, neither systemd nor the port is a question.
    ['init', '--unit', 'none', '--port', port, ...args],
    (shown) => {
      for (;;) {
        const next = steps[step];
        const at = next === undefined ? -1 : shown.indexOf(next[0], readTo);
        if (next === undefined || at === -1) return undefined;
        readTo = at + next[0].length;
        step++;
        if (next[1] !== '') return next[1];
      }
    },
    { cwd, env },
  );
  return { ...outcome, unanswered: steps.slice(step) };
}

/** Every question of a first run that writes all there is. */
function questions(did: string): readonly Step[] {
  return [
    ['Your handle', did + enter],
    ['The public name of your server', `sync.example.test${enter}`],
    ['Where to keep your documents', enter],
    ['Write a Caddyfile for', enter],
    ['Tell your apps now', enter],
    ['Write all of this?', enter],
  ];
}

test('wrong answers are explained and asked again, with the words still there; arrow keys choose', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('full'));
  writeFileSync(folder.at('full/thing'), '');
  const unknown = `${owner.did.slice(0, -1)}${owner.did.endsWith('a') ? 'b' : 'a'}`;
  const { exitCode, shown, unanswered } = await talk(
    folder.path,
    [
      ['Your handle', `did:plc:short${enter}`],
      ['did:plc:ewvi7', deleteLine + unknown + enter],
      ['The identity', ''],
      ['Take this DID unchecked?', enter],
      ['Your handle', ''],
      [unknown, deleteLine + owner.did + enter],
      [`${owner.did} is known; its PDS is https://pds.example.test.`, ''],
      ['The public name of your server', `https://sync.example.test/path${enter}`],
      ['leave out the path', `${deleteLine}https://Sync.Example.test/${enter}`],
      ['Taken as sync.example.test.', ''],
      ['Where to keep your documents', `${deleteLine}full${enter}`],
      ['holds other things', ''],
      ['Where to keep your documents', `${deleteLine}documents${enter}`],
      ['Write a Caddyfile for', right + enter],
      ['Tell your apps now', down + enter],
      ['Write all of this?', enter],
    ],
    [],
    { ATPROTO_APP_PASSWORD: 'not-a-password' },
  );
  expect(unanswered).toEqual([]);
  // The PDS of this owner is nowhere, so nothing was published; what was written stays, and how to go on is said.
  expect(shown).toContain('Only the public record is not');
  expect(shown).toContain(`${binary.path} publish sync.example.test`);
  expect(exitCode).toBe(1);
  expect(readdirSync(folder.path).toSorted()).toEqual(['.env', 'documents', 'full']);
  expect(readFileSync(folder.at('.env'), 'utf8')).toContain('GROUNDMIST_HOST=sync.example.test\n');
});

test('a second run offers what is there, changes what is changed, and keeps the secret', async () => {
  using folder = temporaryFolder();
  expect(await talk(folder.path, questions(owner.did))).toMatchObject({ exitCode: 0, unanswered: [] });
  const before = readFileSync(folder.at('.env'), 'utf8');
  const state = folderState(folder.path);
  const [, , ...others] = questions(owner.did).slice(0, -1);
  const same: readonly Step[] = [['The public name of your server', enter], ...others];
  const again = await talk(folder.path, same);
  expect(again).toMatchObject({ exitCode: 0, unanswered: [] });
  expect(again.shown).toContain('Nothing to change');
  expect(folderState(folder.path)).toEqual(state);

  const renamed: readonly Step[] = [
    ['The public name of your server', `${deleteLine}mist.example.test${enter}`],
    ...others,
    ['Write all of this?', enter],
  ];
  expect(await talk(folder.path, renamed)).toMatchObject({ exitCode: 0, unanswered: [] });
  expect(readFileSync(folder.at('.env'), 'utf8')).toBe(
    before.replace('sync.example.test', 'mist.example.test'),
  );
  expect(readFileSync(folder.at('Caddyfile'), 'utf8')).toContain(
    '\nmist.example.test, http://mist.example.test {\n',
  );
});

describe('the record', () => {
  const password = 'abcd-efgh-ijkl-mnop';

  test('is published at once where that is chosen, with the password that is asked for then', async () => {
    using folder = temporaryFolder();
    await using pds = await startFakePds();
    const { ATPROTO_APP_PASSWORD: _, ...env } = pds.environment();
    const { exitCode, shown, unanswered } = await talk(
      folder.path,
      [
        ['Where to keep your documents', enter],
        ['Write a Caddyfile for', enter],
        ['Tell your apps now', down + enter],
        ['is published in your account, unchecked', ''],
        ['Write all of this?', enter],
        ['App password of your account', password + enter],
      ],
      [],
      env,
    );
    expect({ exitCode, unanswered }).toEqual({ exitCode: 0, unanswered: [] });
    expect(pds.passwords).toEqual([password]);
    expect(shown).not.toContain(password);
    expect(shown).not.toContain('Let your apps find it');
  });

  test('is published without a terminal too, with the password of the environment', async () => {
    using folder = temporaryFolder();
    await using pds = await startFakePds();
    const options = { cwd: folder.path, env: { ...pds.environment(), ATPROTO_APP_PASSWORD: password } };
    const { exitCode, stdout } = await binary.run(['init', '--publish', 'app-password', '--yes'], options);
    expect(exitCode).toBe(0);
    expect(pds.passwords).toEqual([password]);
    expect(stdout).not.toContain('Let your apps find it');
  });
});

describe('Ctrl-C and Ctrl-D leave nothing behind', () => {
  const keys = [0, 1, 2, 3, 4, 5].flatMap((index) => [
    ['Ctrl-C', interrupt, index] as const,
    // The offered path is deleted first, for in a field with words Ctrl-D ends nothing.
    ['Ctrl-D', index === 2 ? deleteLine + endOfInput : endOfInput, index] as const,
  ]);
  test.each(keys)('%s (%j) at question %i', async (_name, key, index) => {
    using folder = temporaryFolder();
    const steps = questions(owner.did).slice(0, index + 1);
    const last: Step = [steps.at(-1)?.[0] ?? '', key];
    const { exitCode, unanswered, shown } = await talk(folder.path, [...steps.slice(0, -1), last]);
    expect({ exitCode, unanswered }).toEqual({ exitCode: 130, unanswered: [] });
    expect(shown).toContain('Nothing was written.');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('while a name is looked up', async () => {
    using folder = temporaryFolder();
    const silent = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Promise(() => {}) });
    const host = `127.0.0.1:${silent.port}`;
    const { exitCode } = await talk(
      folder.path,
      [
        ['Your handle', owner.did + enter],
        ['Looking up', interrupt],
      ],
      [],
      { GROUNDMIST_PLC_URL: `http://${host}`, GROUNDMIST_PRIVATE_HOSTS: host },
    );
    await silent.stop(true);
    expect(exitCode).toBe(130);
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

test('on a terminal that cannot move its cursor it asks line by line, without one control character', async () => {
  using folder = temporaryFolder();
  const [first, ...others] = questions(owner.did);
  const steps: readonly Step[] = [
    ['Your handle', `did:plc:short${enter}`],
    ['did:plc:ewvi7', first?.[1] ?? ''],
    ...others,
  ];
  const { exitCode, shown, unanswered } = await talk(folder.path, steps, [], { TERM: 'dumb' });
  expect({ exitCode, unanswered }).toEqual({ exitCode: 0, unanswered: [] });
  expect(shown).not.toContain('\u001B');
  expect(existsSync(folder.at('.env'))).toBe(true);
});

test('Enter takes the offered path as it is, also where it cannot be shown so', async () => {
  using folder = temporaryFolder();
  const odd = folder.at('a\u200Fb');
  mkdirSync(odd);
  const { exitCode, shown, unanswered } = await talk(odd, questions(owner.did));
  expect({ exitCode, unanswered }).toEqual({ exitCode: 0, unanswered: [] });
  expect(shown).not.toContain('\u200F');
  expect(readdirSync(odd)).toContain('.data');
  expect(readdirSync(folder.path)).toEqual(['a\u200Fb']);
});

test('a port that another program holds is noticed', async () => {
  using folder = temporaryFolder();
  const other = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
  const taken = String(other.port);
  const { stderr } = await binary.run(['init', '--did', owner.did, '--port', taken], { cwd: folder.path });
  await other.stop(true);
  expect(stderr).toContain(`Port ${taken} is taken by another program on this machine.`);
});

test.each(['xterm', 'dumb'])('a terminal that goes away ends it (TERM=%s)', async (TERM) => {
  using folder = temporaryFolder();
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let shown = '';
  // What the end of a terminal sends, SIGHUP, does not reach everybody.
  const child = Bun.spawn(['sh', '-c', 'trap "" HUP; exec "$0" init', binary.path], {
    cwd: folder.path,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder.path, TERM },
    terminal: {
      data(_terminal, bytes) {
        shown += new TextDecoder().decode(bytes);
        if (shown.includes('Your handle')) resolve();
      },
    },
  });
  await asked;
  child.terminal?.close();
  expect(await child.exited).toBe(130);
  expect(readdirSync(folder.path)).toEqual([]);
});
