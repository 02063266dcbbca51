import { describe, expect, test } from 'bun:test';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { Failure } from '../../../src/core/failure.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { scriptedPrompts, type Script } from '../../support/scripted-prompts.ts';
import { did, init, machine } from './wizard.ts';

/** One that the service of a machine may enter. */
function openFolder(): TemporaryFolder {
  const folder = temporaryFolder();
  chmodSync(folder.path, 0o755);
  return folder;
}

/** All that a first run asks on a machine with systemd. */
const questions: Script = [
  ['Your handle', '@alice.example.com'],
  ['The public name', 'sync.example.com'],
  ['Where to keep', undefined],
  ['Shall systemd', undefined],
  ['Write a Caddyfile', undefined],
  ['Tell your apps', undefined],
  ['Write all of this?', undefined],
];

/** The questions with other answers to some. */
function answering(changed: Readonly<Record<string, string>>): Script {
  return questions.map(([question, answer]) => [question, changed[question] ?? answer]);
}

const anotherKey =
  'With the new secret the server has another key: what was published names the old one until `groundmist publish` is run again. Apps stay signed in.';

test('it asks for three things and three offers, each with why, and tells what it found at once', async () => {
  using folder = temporaryFolder();
  const prompts = scriptedPrompts(questions);
  const { output, error } = await init({ surroundings: machine(folder.path), prompts });
  expect(error).toBeUndefined();
  expect(prompts.asked.map(({ message }) => message)).toHaveLength(questions.length);
  expect(prompts.asked.slice(0, -1).filter(({ why }) => why === undefined)).toEqual([]);
  expect(prompts.told.slice(0, 2)).toEqual([
    `alice.example.com is ${did}; its PDS is https://pds.example.com.`,
    'sync.example.com leads to this machine.',
  ]);
  expect(prompts.told.at(-1)).toContain(`Documents    ${folder.at('.data')}\n`);
  expect(readdirSync(folder.path).toSorted()).toEqual(['.data', '.env', 'Caddyfile', 'groundmist.service']);
  expect(output).toContain(' service install\n');
});

test('no is an answer to the last question, and leaves nothing', async () => {
  using folder = temporaryFolder();
  const prompts = scriptedPrompts(answering({ 'Write all of this?': 'no' }));
  const { error, notes } = await init({ surroundings: machine(folder.path), prompts });
  expect(error).toMatchObject({ name: 'Cancelled' });
  expect(notes).toEqual(['Nothing was written.']);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('what somebody else wrote while it asked is not overwritten', async () => {
  using folder = temporaryFolder();
  const prompts = scriptedPrompts(questions);
  const confirm: typeof prompts.confirm = async (...question) => {
    writeFileSync(folder.at('.env'), 'OTHER=1\n');
    return await prompts.confirm(...question);
  };
  const asking = Object.assign(Object.create(prompts) as typeof prompts, { confirm });
  const { error } = await init({ surroundings: machine(folder.path), prompts: asking });
  expect(String(error)).toContain(`${folder.at('.env')} was changed meanwhile`);
  expect(error).toMatchObject({ code: 'Busy' });
  expect(readdirSync(folder.path)).toEqual(['.env']);
  expect(readFileSync(folder.at('.env'), 'utf8')).toBe('OTHER=1\n');
});

describe('the owner', () => {
  const unknown = new Failure('IdentityUnresolved', 'The handle bob.example.com could not be resolved.');

  test('who cannot be found is asked for again, with what was typed still there', async () => {
    using folder = temporaryFolder();
    const [, ...others] = questions;
    const prompts = scriptedPrompts([
      ['Your handle', ''],
      ['Your handle', 'bob.example.com'],
      ['Your handle', 'alice.example.com'],
      ...others,
    ]);
    const resolveOwner = async (asked: string) => {
      if (asked.startsWith('bob')) throw unknown;
      return { did, pds: 'https://pds.example.com' };
    };
    const { error } = await init({ surroundings: machine(folder.path, { resolveOwner }), prompts });
    expect(error).toBeUndefined();
    expect(prompts.told).toContain(unknown.message);
    expect(prompts.asked[2]?.initial).toBe('bob.example.com');
  });

  test.each([
    '\u202aalice.example.com\u202c',
    '\u2068@alice.example.com\u2069',
    '@alice.example.com',
    'at://alice.example.com',
    'https://bsky.app/profile/alice.example.com/',
  ])('may be pasted as %s', async (typed) => {
    using folder = temporaryFolder();
    const asked: string[] = [];
    const resolveOwner = async (name: string) => {
      asked.push(name);
      return { did, pds: 'https://pds.example.com' };
    };
    const prompts = scriptedPrompts(answering({ 'Your handle': typed }));
    await init({ surroundings: machine(folder.path, { resolveOwner }), prompts });
    expect(asked).toEqual(['alice.example.com']);
  });

  test('without a network a DID is taken unchecked, if the person says so', async () => {
    using folder = temporaryFolder();
    const [, ...others] = questions;
    const prompts = scriptedPrompts([
      ['Your handle', did],
      ['Take this DID unchecked?', undefined],
      ['Your handle', undefined],
      ['Take this DID unchecked?', 'yes'],
      ...others,
    ]);
    const resolveOwner = () => Promise.reject(unknown);
    const { error } = await init({ surroundings: machine(folder.path, { resolveOwner }), prompts });
    expect(error).toBeUndefined();
    expect(readFileSync(folder.at('.env'), 'utf8')).toStartWith(`ATPROTO_DID=${did}\n`);
  });

  test('given as a DID is not looked up where nobody watches, and only remarked on where somebody does', async () => {
    using folder = temporaryFolder();
    const resolveOwner = () => Promise.reject(unknown);
    const surroundings = machine(folder.path, { resolveOwner });
    const flags = { ATPROTO_DID: did };
    expect((await init({ surroundings, flags, options: { dryRun: true } })).error).toBeUndefined();
    const prompts = scriptedPrompts(questions.slice(1));
    expect((await init({ surroundings, flags, prompts })).error).toBeUndefined();
    expect(prompts.told[0]).toBe(`${unknown.message} It is taken as it was given.`);
  });

  test('stays on a second run, and is no question', async () => {
    using folder = temporaryFolder();
    const surroundings = machine(folder.path);
    await init({ surroundings, prompts: scriptedPrompts(questions) });
    const prompts = scriptedPrompts(questions.slice(1, -1));
    const { output, error } = await init({ surroundings, prompts });
    expect(error).toBeUndefined();
    expect(prompts.told[0]).toBe(`The owner stays ${did}.`);
    expect(output).toContain('Nothing to change');
  });
});

test('a second run says before the last question what it changes and what that means', async () => {
  using folder = temporaryFolder();
  const surroundings = machine(folder.path);
  await init({ surroundings, prompts: scriptedPrompts(questions) });
  const prompts = scriptedPrompts(answering({ 'Write all of this?': 'no', 'Your handle': did }));
  await init({ surroundings, prompts, options: { force: true } });
  expect(prompts.told.at(-1)).toBe(
    [
      'Kept as they were: ATPROTO_DID, PORT, DATA_DIR, GROUNDMIST_HOST.',
      'Given another value: GROUNDMIST_SYNC_SECRET_KEY.',
      anotherKey,
    ].join('\n'),
  );
});

test('a server beside the usual one is told of, with how to change that one', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('config/groundmist'), { recursive: true });
  mkdirSync(folder.at('here'));
  const usual = folder.at('config/groundmist/env');
  writeFileSync(usual, '');
  const surroundings = machine(folder.at('here'), { configHome: folder.at('config') });
  const prompts = scriptedPrompts(questions);
  await init({ surroundings, prompts });
  expect(prompts.told[0]).toContain(`To change that one, add --env-file ${usual}.`);
  const { notes } = await init({ surroundings });
  expect(notes).toEqual([]);
});

describe('the public name', () => {
  test.each([
    ['https://Sync.Example.com//', 'sync.example.com'],
    ['\u202async.example.com\u202c', 'sync.example.com'],
    ['wss://sync.example.com', 'sync.example.com'],
    ['Sync.example.com:8443', 'sync.example.com:8443'],
  ])('%s is taken as %s', async (typed, host) => {
    using folder = temporaryFolder();
    const prompts = scriptedPrompts(answering({ 'The public name': typed }));
    await init({ surroundings: machine(folder.path), prompts });
    expect(readFileSync(folder.at('.env'), 'utf8')).toContain(`GROUNDMIST_HOST=${host}\n`);
  });

  test.each(['https://sync.example.com/path', 'me@sync.example.com', 'sync_example', 'a..b'])(
    '%s is explained and asked again',
    async (typed) => {
      using folder = temporaryFolder();
      const [owner, ...others] = questions;
      const prompts = scriptedPrompts([owner ?? ['Your handle', did], ['The public name', typed], ...others]);
      expect((await init({ surroundings: machine(folder.path), prompts })).error).toBeUndefined();
      expect(prompts.told[1]).toStartWith('This is no public name: ');
    },
  );

  test.each([
    ['nowhere', [], 'leads nowhere yet'],
    ['to another machine', ['198.51.100.7'], 'leads to 198.51.100.7, which is no address of this machine'],
  ])('that leads %s is remarked on and taken', async (_where, addresses, remark) => {
    using folder = temporaryFolder();
    const resolve = async () => addresses.map((address) => ({ address, family: 4 as const }));
    const prompts = scriptedPrompts(questions);
    const { error } = await init({ surroundings: machine(folder.path, { resolve }), prompts });
    expect(error).toBeUndefined();
    expect(prompts.told[1]).toContain(`sync.example.com ${remark}`);
  });

  test('that DNS cannot be asked for is taken too', async () => {
    using folder = temporaryFolder();
    const resolve = () => Promise.reject(new Error('EAI_AGAIN'));
    const prompts = scriptedPrompts(questions);
    expect((await init({ surroundings: machine(folder.path, { resolve }), prompts })).error).toBeUndefined();
  });

  test('left empty means this machine only: no Caddyfile, nothing to publish', async () => {
    using folder = temporaryFolder();
    const local = questions.filter(([question]) => !/^(?:Write a Caddyfile|Tell your apps)/.test(question));
    const prompts = scriptedPrompts(
      local.map(([question, answer]) => [question, question === 'The public name' ? '' : answer]),
    );
    const { output, error } = await init({ surroundings: machine(folder.path), prompts });
    expect(error).toBeUndefined();
    expect(readFileSync(folder.at('.env'), 'utf8')).not.toContain('GROUNDMIST_HOST');
    expect(output).not.toContain('publish');
  });
});

test('with --tls auto no proxy is spoken of, and the server has the ports that apps come to', async () => {
  using folder = temporaryFolder();
  const prompts = scriptedPrompts(questions.filter(([question]) => question !== 'Write a Caddyfile'));
  const { output, error } = await init({
    surroundings: machine(folder.path),
    prompts,
    flags: { GROUNDMIST_TLS: 'auto' },
  });
  expect(error).toBeUndefined();
  expect(readFileSync(folder.at('.env'), 'utf8')).toContain('PORT=443\n');
  expect(readFileSync(folder.at('.env'), 'utf8')).toContain('GROUNDMIST_TLS=auto\n');
  expect(existsSync(folder.at('Caddyfile'))).toBe(false);
  expect(output).not.toMatch(/proxy|HTTPS/);
});

describe('the documents', () => {
  test('start from the home where ~ is typed, and from where the person is', async () => {
    using folder = temporaryFolder();
    for (const [typed, expected] of [
      ['~/mist', folder.at('home/mist')],
      ['mist', folder.at('mist')],
    ] as const) {
      const prompts = scriptedPrompts(answering({ 'Where to keep': typed, 'Write all of this?': 'no' }));
      await init({ surroundings: machine(folder.path, { home: folder.at('home') }), prompts });
      expect(prompts.told.at(-1)).toContain(`Documents    ${expected}\n`);
    }
  });

  test("on a disk that may be another machine's are warned about", async () => {
    using folder = temporaryFolder();
    const networkFileSystem = () => 'NFS';
    const surroundings = machine(folder.path, { networkFileSystem });
    const prompts = scriptedPrompts(questions);
    await init({ surroundings, prompts });
    expect(prompts.told.filter((text) => text.includes('of the kind NFS'))).toHaveLength(1);
    const { notes } = await init({ surroundings, options: { dryRun: true } });
    expect(notes[0]).toContain('of the kind NFS');
  });

  test('that a flag puts where they cannot be are refused before the first question', async () => {
    using folder = temporaryFolder();
    const flags = { DATA_DIR: '.' };
    const { error } = await init({ surroundings: machine(folder.path), prompts: scriptedPrompts([]), flags });
    expect(String(error)).toContain(`${folder.path} holds other things.`);
  });

  test("that a flag puts on another machine's disk are warned about as well", async () => {
    using folder = temporaryFolder();
    const surroundings = machine(folder.path, { networkFileSystem: () => 'NFS' });
    const prompts = scriptedPrompts(questions.filter(([question]) => question !== 'Where to keep'));
    await init({ surroundings, prompts, flags: { DATA_DIR: 'elsewhere' } });
    expect(prompts.told.filter((text) => text.includes('of the kind NFS'))).toHaveLength(1);
  });

  test('that move elsewhere are told of', async () => {
    using folder = temporaryFolder();
    const surroundings = machine(folder.path);
    await init({ surroundings, prompts: scriptedPrompts(questions) });
    const { notes } = await init({ surroundings, flags: { DATA_DIR: 'elsewhere' } });
    expect(notes.at(-1)).toContain(`Documents that are in ${folder.at('.data')} stay there.`);
  });
});

describe('the port', () => {
  test('is asked for only where the usual one is taken, and a free one is offered', async () => {
    using folder = temporaryFolder();
    const stateOfPort = async (port: number) => (port > 3032 ? 'free' : 'taken');
    const [owner, name, ...others] = questions;
    const prompts = scriptedPrompts([
      owner ?? ['', ''],
      name ?? ['', ''],
      ['Port 3031 is taken by another program', undefined],
      ...others,
    ]);
    const { error } = await init({ surroundings: machine(folder.path, { stateOfPort }), prompts });
    expect(error).toBeUndefined();
    expect(readFileSync(folder.at('.env'), 'utf8')).toContain('PORT=3033\n');
    expect(readFileSync(folder.at('Caddyfile'), 'utf8')).toContain('reverse_proxy 127.0.0.1:3033\n');
  });

  test('is not that of the public name, where the proxy listens', async () => {
    using folder = temporaryFolder();
    const [owner, , ...others] = questions;
    const prompts = scriptedPrompts([
      owner ?? ['', ''],
      ['The public name', 'sync.example.com:3031'],
      ['Port 3031 of sync.example.com:3031 is for the proxy', undefined],
      ...others,
    ]);
    expect((await init({ surroundings: machine(folder.path), prompts })).error).toBeUndefined();
    expect(readFileSync(folder.at('.env'), 'utf8')).toContain('PORT=3032\n');
  });

  test('of an address that is none of this machine is remarked on', async () => {
    using folder = temporaryFolder();
    const surroundings = machine(folder.path, { stateOfPort: async () => 'foreign' });
    const flags = { ATPROTO_DID: did, GROUNDMIST_HOST: 'sync.example.com', GROUNDMIST_LISTEN: '192.0.2.1' };
    const { notes, error } = await init({ surroundings, flags, options: { dryRun: true } });
    expect(error).toBeUndefined();
    expect(notes[0]).toStartWith('192.0.2.1 is no address of this machine now');
  });

  test('of a server that is set up already may be its own', async () => {
    using folder = temporaryFolder();
    await init({ surroundings: machine(folder.path), prompts: scriptedPrompts(questions) });
    const stateOfPort = async () => 'taken' as const;
    const { output, notes } = await init({ surroundings: machine(folder.path, { stateOfPort }) });
    expect(output).toContain('Nothing to change');
    expect(notes).toEqual([]);
  });
});

describe('publishing at once', () => {
  test.each([
    ['app-password', []],
    ['oauth', ['--oauth']],
  ])('by %s runs the command unchecked, after all is written', async (login, flags) => {
    using folder = temporaryFolder();
    const prompts = scriptedPrompts(answering({ 'Tell your apps': login }));
    const ran: (readonly string[])[] = [];
    const runCommand = async (argv: readonly string[]) => {
      expect(readdirSync(folder.path)).toContain('.env');
      ran.push(argv);
    };
    const { output } = await init({ surroundings: machine(folder.path), prompts, runCommand });
    const envFile = ['--env-file', folder.at('.env')];
    expect(ran).toEqual([['publish', 'sync.example.com', '--skip-check', ...flags, ...envFile]]);
    expect(output).not.toContain('groundmist publish');
  });

  test('that fails leaves what was written, and says how to repeat it', async () => {
    using folder = temporaryFolder();
    const prompts = scriptedPrompts(answering({ 'Tell your apps': 'app-password' }));
    const failure = new Failure('LoginRefused', 'No.');
    const runCommand = () => Promise.reject(failure);
    const { output, notes, error } = await init({ surroundings: machine(folder.path), prompts, runCommand });
    expect(error).toBe(failure);
    expect(notes.at(-1)).toContain('Only the public record is not');
    expect(output).toContain(' publish sync.example.com\n');
    expect(readdirSync(folder.path)).toContain('.env');
  });
});

describe('the service', () => {
  test.each([
    ['user', / service install\n/],
    ['system', / {5}sudo \/.* service install --system --env-file \/.*\/\.env\n/],
    ['none', / serve\n/],
  ])('%s is started so', async (service, line) => {
    using folder = openFolder();
    const prompts = scriptedPrompts(answering({ 'Shall systemd': service }));
    const { output } = await init({ surroundings: machine(folder.path), prompts });
    expect(output).toMatch(line);
    expect(existsSync(folder.at('groundmist.service'))).toBe(service !== 'none');
  });

  test('is not offered where no systemd runs', async () => {
    using folder = temporaryFolder();
    const prompts = scriptedPrompts(questions.filter(([question]) => question !== 'Shall systemd'));
    const surroundings = machine(folder.path, { hasSystemd: false });
    expect((await init({ surroundings, prompts })).error).toBeUndefined();
  });

  test('is offered to root as one of the machine', async () => {
    using folder = openFolder();
    const surroundings = machine(folder.path, { isRoot: true });
    const { output } = await init({ surroundings, prompts: scriptedPrompts(questions) });
    expect(output).toMatch(
      /as the user groundmist:\n {5}[^ ].* service install --system --env-file \/.*\/\.env\n/,
    );
  });

  test('that is installed for these settings stays of its kind, and takes up what changes', async () => {
    using folder = openFolder();
    const flags = { ATPROTO_DID: did };
    await init({ surroundings: machine(folder.path), flags });
    const surroundings = machine(folder.path, {
      findService: (envFile) => (envFile === folder.at('.env') ? 'system' : undefined),
    });
    const { output } = await init({ surroundings, flags: { GROUNDMIST_HOST: 'mist.example.com' } });
    expect(output).toMatch(/Have the server take up what changed:\n {5}sudo .* service install --system /);
  });

  test('that cannot get to its files is refused before anything is written, with the line for one that can', async () => {
    using folder = temporaryFolder();
    const prompts = scriptedPrompts(answering({ 'Shall systemd': 'system' }).slice(0, -1));
    const { error } = await init({ surroundings: machine(folder.path), prompts });
    expect(error).toMatchObject({ code: 'Usage' });
    expect(String(error)).toContain(`${folder.at('.env')}: ${folder.path} is closed to it, nor to `);
    expect(String(error)).toContain('`sudo groundmist init --system` puts settings and documents there.');
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

test('what `sudo` set up is gone on with by `sudo`', async () => {
  using folder = openFolder();
  const flags = { ATPROTO_DID: did, GROUNDMIST_HOST: 'sync.example.com' };
  const surroundings = machine(folder.path, { isRoot: true, isBySudo: true });
  const options = { envFile: folder.at('.env') };
  const asService = await init({ flags, options: { ...options, unit: 'system' }, surroundings });
  expect(asService.output).toMatch(/ {5}sudo \/.* service install --system --env-file /);
  expect(asService.output).toMatch(/ {5}sudo caddy run /);
  expect(asService.output).toMatch(/ {5}sudo -u groundmist \/.* publish sync\.example\.com --env-file /);
  const byHand = await init({ flags, options: { ...options, unit: 'none' }, surroundings });
  expect(byHand.output).toMatch(/ {5}sudo \/.* serve\n/);
  expect(byHand.output).toMatch(/ {5}sudo \/.* publish sync\.example\.com\n/);
});

test("once the settings are the service's own, publishing is told as that user", async () => {
  using folder = openFolder();
  const flags = { ATPROTO_DID: did, GROUNDMIST_HOST: 'sync.example.com' };
  const setting = { flags, options: { unit: 'system', dryRun: false } };
  const { output } = await init({ ...setting, surroundings: machine(folder.path) });
  expect(output).toMatch(/ {5}sudo -u groundmist \/.* publish sync\.example\.com --env-file \/.*\/\.env\n$/);
  const asRoot = await init({ ...setting, surroundings: machine(folder.path, { isRoot: true }) });
  expect(asRoot.output).not.toContain('sudo');
  // In its folder root would pass it over then: it is of another user.
  expect(asRoot.output).toMatch(/ publish sync\.example\.com --env-file \/.*\/\.env\n$/);
});

test.each([
  ['program', ['  2. Bring HTTPS to sync.example.com:', '     sudo caddy run --config FILE']],
  [
    'missing',
    [
      '  2. Bring HTTPS to sync.example.com: install Caddy (caddyserver.com), then',
      '     sudo caddy run --config FILE',
    ],
  ],
  [
    'service',
    [
      '  2. Bring HTTPS to sync.example.com, with the Caddy that runs here:',
      '     sudo cp FILE /etc/caddy/groundmist &&',
      "     echo 'import groundmist' | sudo tee -a /etc/caddy/Caddyfile &&",
      '     sudo systemctl reload caddy',
    ],
  ],
  [
    'service-that-knows-us',
    [
      '  2. Bring HTTPS to sync.example.com, with the Caddy that runs here:',
      '     sudo cp FILE /etc/caddy/groundmist &&',
      '     sudo systemctl reload caddy',
    ],
  ],
] as const)('with a Caddy that is a %s, the lines to type are these', async (caddy, lines) => {
  using folder = temporaryFolder();
  const surroundings = machine(folder.path, { findCaddy: () => caddy });
  const { output } = await init({ surroundings, prompts: scriptedPrompts(questions) });
  const expected = lines.join('\n').replace('FILE', folder.at('Caddyfile'));
  expect(output).toContain(`\n${expected}\n  3. `);
});

test.each(['a\nb', 'a\u001b[2Jb', 'a\tb'])('a path with control characters (%j) is refused', async (name) => {
  using folder = temporaryFolder();
  const flags = { ATPROTO_DID: did, DATA_DIR: folder.at(name) };
  const { error } = await init({ surroundings: machine(folder.path), flags });
  expect(String(error)).toMatch(/has a line break or another control character in it|has one line/);
  mkdirSync(folder.at(name));
  const here = machine(folder.at(name));
  expect(String((await init({ surroundings: here, flags: { ATPROTO_DID: did } })).error)).toContain(
    'control',
  );
  expect(readdirSync(folder.at(name))).toEqual([]);
});

test('a path that turns the direction of text is shown escaped', async () => {
  using folder = temporaryFolder();
  const flags = { ATPROTO_DID: did, DATA_DIR: folder.at('a\u202eb') };
  const surroundings = machine(folder.path);
  const outputs = [
    await init({ surroundings, flags, options: { dryRun: true } }),
    await init({ surroundings, flags }),
  ].map(({ output }) => output);
  for (const output of outputs) expect(output).toContain('a\\u202eb');
  expect(outputs.join('')).not.toContain('\u202e');
});

test('--dry-run tells all that a second run would change, and how it would go on', async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('.env'), 'OTHER=1\n', { mode: 0o600 });
  const surroundings = machine(folder.path);
  await init({ surroundings, flags: { ATPROTO_DID: did, GROUNDMIST_HOST: 'sync.example.com' } });
  const { output, notes } = await init({
    surroundings,
    flags: { GROUNDMIST_HOST: 'mist.example.com', DATA_DIR: folder.at('elsewhere') },
    options: { dryRun: true, force: true, publish: 'app-password' },
  });
  expect(notes.join('\n')).toBe(
    [
      'Kept as they were: ATPROTO_DID, PORT.',
      'Given another value: GROUNDMIST_SYNC_SECRET_KEY, DATA_DIR, GROUNDMIST_HOST.',
      'Left alone, not ours: OTHER.',
      anotherKey,
      `Documents that are in ${folder.at('.data')} stay there. Stop the server and move them to ${folder.at('elsewhere')} before it starts again.`,
      'Then mist.example.com is published in your account, unchecked.',
    ].join('\n'),
  );
  expect(output).toContain('\nNext:\n  1. Have systemd run the server');
  expect(output).not.toContain('Let your apps find it');
});

test('what an earlier run made and this one has no use for stays, and is named', async () => {
  using folder = temporaryFolder();
  const surroundings = machine(folder.path);
  const flags = { ATPROTO_DID: did, GROUNDMIST_HOST: 'sync.example.com' };
  await init({ surroundings, flags, options: { unit: 'user', caddyfile: true } });
  const without = { unit: 'none', caddyfile: false };
  const { notes, error } = await init({ surroundings, flags, options: { ...without, force: true } });
  expect(error).toBeUndefined();
  for (const name of ['groundmist.service', 'Caddyfile']) {
    expect(notes.join('\n')).toContain(`${folder.at(name)} is of an earlier run and stays`);
    expect(existsSync(folder.at(name))).toBe(true);
  }
});

test('a Caddyfile of the owner’s own stays, and no step runs it as if it were for this server', async () => {
  using folder = temporaryFolder();
  const surroundings = machine(folder.path);
  writeFileSync(folder.at('Caddyfile'), 'blog.example.com\n');
  const flags = { ATPROTO_DID: did, GROUNDMIST_HOST: 'sync.example.com' };
  const { notes, output } = await init({ surroundings, flags, options: { caddyfile: true } });
  expect(notes.join('\n')).toContain(`${folder.at('Caddyfile')} was changed by hand`);
  expect(output).not.toContain('caddy run');
  expect(output).toContain('once a proxy of yours brings HTTPS to sync.example.com');
});

test('a link to nowhere is no place for documents', async () => {
  using folder = temporaryFolder();
  symlinkSync(folder.at('nowhere'), folder.at('documents'));
  const flags = { ATPROTO_DID: did, DATA_DIR: folder.at('documents') };
  const { error } = await init({ surroundings: machine(folder.path), flags });
  expect(error).toMatchObject({
    message: expect.stringContaining('is a link to a folder that is not there'),
  });
});
