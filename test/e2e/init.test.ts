import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { folderState, temporaryFolder } from '../support/folder.ts';
import { Binary } from './binary.ts';

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';

let binary: Binary;
beforeAll(() => {
  binary = new Binary();
});
afterAll(() => binary[Symbol.dispose]());

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

test('an owner is looked up also where the env file that is named will only be written', async () => {
  using folder = temporaryFolder();
  const args = [
    'init',
    '--handle',
    'alice.test',
    '--local',
    '--env-file',
    'new.env',
    '--unit',
    'none',
    '--yes',
  ];
  const env = { GROUNDMIST_PRIVATE_HOSTS: 'localhost:1', PATH: process.env['PATH'] ?? '' };
  const { exitCode, stderr } = await binary.run(args, { cwd: folder.path, env });
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('alice.test') });
});

test('with flags alone it writes settings, data directory, unit and Caddyfile, and says how to go on', async () => {
  using folder = temporaryFolder();
  const args = [
    'init',
    '--did',
    did,
    '--host',
    'sync.example.com',
    '--port',
    '4000',
    '--data-dir',
    'my data',
    '--unit',
    'user',
  ];
  const { exitCode, stdout, stderr } = await binary.run([...args, '--yes'], { cwd: folder.path });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(readdirSync(folder.path).toSorted()).toEqual(['.env', 'Caddyfile', 'groundmist.service', 'my data']);
  const modes = ['.env', 'my data', 'groundmist.service', 'Caddyfile'].map((name) => modeOf(folder.at(name)));
  expect(modes).toEqual(['600', '700', '644', '644']);
  expect(readFileSync(folder.at('.env'), 'utf8')).toMatch(
    new RegExp(
      `^ATPROTO_DID=${did}\nGROUNDMIST_SYNC_SECRET_KEY=[0-9a-f]{64}\nPORT=4000\nDATA_DIR='/.*/my data'\nGROUNDMIST_HOST=sync.example.com\n$`,
    ),
  );
  const unit = readFileSync(folder.at('groundmist.service'), 'utf8');
  expect(unit).toContain(`ExecStart=${binary.path} serve --env-file ${folder.at('.env')}\n`);
  const proxyLines = stdout.slice(stdout.indexOf('  2. Bring HTTPS to'), stdout.indexOf('  3.')).split('\n');
  expect(proxyLines.join('\n')).toContain(` ${folder.at('Caddyfile')}`);
  expect(stdout).toBe(
    [
      'Written:',
      ...['.env', 'Caddyfile', 'groundmist.service', 'my data/'].map((name) => `  ${folder.at(name)}`),
      'Next:',
      '  1. Have systemd run the server, now and with the machine:',
      `     ${binary.path} service install`,
      ...proxyLines.slice(0, -1),
      '  3. Let your apps find it:',
      `     ${binary.path} publish sync.example.com\n`,
    ].join('\n'),
  );
});

test('what it wrote is what serve and config then read', async () => {
  using folder = temporaryFolder();
  await binary.run(['init', '--did', did, '--data-dir', "it's %h $HOME"], { cwd: folder.path });
  const { exitCode, stdout } = await binary.run(['config', '--json'], { cwd: folder.path });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).settings).toContainEqual(
    expect.objectContaining({
      name: 'DATA_DIR',
      value: expect.stringMatching(/\/it's %h \$HOME$/),
      origin: 'file',
      secret: false,
    }),
  );
});

test('without a terminal it asks nothing and names the missing flag', async () => {
  using folder = temporaryFolder();
  const { exitCode, stderr } = await binary.run(['init'], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--did or --handle');
  expect(readdirSync(folder.path)).toEqual([]);
});

test.each([
  [['--did', 'did:plc:short'], 'a DID looks like'],
  [['--did', did, '--handle', 'alice.example.com'], 'not both'],
  [['--handle', 'not a handle'], 'is not a handle'],
  [['--did', did, '--host', 'https://sync.example.com'], 'leave out the scheme'],
  [['--did', did, '--host', 'sync.example.com/path'], 'leave out the path'],
  [['--did', did, '--host', 'me@sync.example.com'], 'leave out the user'],
  [['--did', did, '--host', 'sync.example.com:70000'], 'from 1 to 65535'],
  [['--did', did, '--port', '70000'], 'from 0 to 65535'],
  [['--did', did, '--port', '0'], 'choose one that stays'],
  [['--did', did, '--listen', '999.1.1.1'], 'this is no address'],
  [['--did', did, '--local', '--listen', '0.0.0.0'], 'it needs its public name'],
  [['--did', did, '--env-file', 'groundmist.service', '--unit', 'user'], 'would be two of the things'],
  [['--did', did, '--data-dir', '.env'], 'would be two of the things'],
  [['--did', did, '--data-dir', '/dev/null/data'], 'cannot be made'],
  [['--did', did, '--data-dir', '.'], 'a folder of their own'],
  [['--did', did, '--unit', 'machine'], "--unit is user, system or none, not 'machine'"],
  [['--did', did, '--publish', 'password'], "--publish is no, app-password or oauth, not 'password'"],
  [['--did', did, '--publish', 'app-password'], 'no public name to publish'],
  [['--did', did, '--host', 'sync.example.com', '--publish', 'oauth', '--yes'], 'needs a terminal'],
  [['--did', did, '--caddyfile'], 'A Caddyfile is for a public name'],
  [['--did', did, '--local', '--host', 'sync.example.com'], 'Give --host or --local, not both'],
])('%p is refused with exit code 2 and nothing is written', async (flags, sentence) => {
  using folder = temporaryFolder();
  const { exitCode, stdout, stderr } = await binary.run(['init', ...flags], { cwd: folder.path });
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(sentence);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('--dry-run shows everything but the secret and writes nothing', async () => {
  using folder = temporaryFolder();
  chmodSync(folder.path, 0o755);
  const init = ['init', '--did', did, '--host', 'sync.example.com', '--unit', 'system', '--dry-run'];
  const { exitCode, stdout } = await binary.run([...init, '--env-file', folder.at('.env')]);
  expect(exitCode).toBe(0);
  for (const name of ['groundmist.service (0644)', 'Caddyfile (0644)', '.env (0600)', '.data/ (0700)']) {
    expect(stdout).toContain(`# ${folder.at(name)}\n`);
  }
  expect(stdout).toContain(`ATPROTO_DID=${did}`);
  expect(stdout).toContain('GROUNDMIST_SYNC_SECRET_KEY=(hidden)');
  expect(stdout).toContain('ExecStart=');
  expect(readdirSync(folder.path)).toEqual([]);
});

test('--dry-run shows only lines of ours of an env file that is there', async () => {
  using folder = temporaryFolder();
  const before = `# mine\nOTHER_PASSWORD="two\nlines"\nexport GROUNDMIST_SYNC_SECRET_KEY=${'ab'.repeat(32)} # not abab\nPORT=1234\n`;
  writeFileSync(folder.at('.env'), before);
  const dryRun = ['init', '--did', did, '--port', '4000', '--dry-run'];
  const { stdout } = await binary.run(dryRun, { cwd: folder.path });
  expect(stdout).toContain(
    `GROUNDMIST_SYNC_SECRET_KEY=(hidden)\nPORT=4000\nATPROTO_DID=${did}\nDATA_DIR=${folder.at('.data')}\n… 3 other lines kept\n`,
  );
  for (const hidden of ['mine', 'OTHER_PASSWORD', 'lines"', 'abab']) expect(stdout).not.toContain(hidden);
  expect(readFileSync(folder.at('.env'), 'utf8')).toBe(before);
});

test('an env file that is there keeps its secret, its foreign lines and their order', async () => {
  using folder = temporaryFolder();
  const secret = 'ab'.repeat(32);
  const before = `# mine\nexport OTHER="a b"\nGROUNDMIST_SYNC_SECRET_KEY=${secret}\nPORT=1234 # old\n`;
  writeFileSync(folder.at('.env'), before, { mode: 0o644 });
  const { exitCode, stderr } = await binary.run(['init', '--did', did, '--port', '4000'], {
    cwd: folder.path,
  });
  expect(exitCode).toBe(0);
  expect(stderr).toBe(
    'Kept as they were: GROUNDMIST_SYNC_SECRET_KEY.\nGiven another value: PORT.\nLeft alone, not ours: OTHER.\n' +
      `${folder.at('.env')} gets the mode 0600: with the secret in it only its owner may read it.\n`,
  );
  const after = readFileSync(folder.at('.env'), 'utf8');
  expect(after).toStartWith(
    `# mine\nexport OTHER="a b"\nGROUNDMIST_SYNC_SECRET_KEY=${secret}\nPORT=4000\nATPROTO_DID=${did}\n`,
  );
  expect(modeOf(folder.at('.env'))).toBe('600');
});

test('another owner and another secret need --force', async () => {
  using folder = temporaryFolder();
  await binary.run(['init', '--did', did], { cwd: folder.path });
  const before = readFileSync(folder.at('.env'), 'utf8');
  const other = ['init', '--did', 'did:web:example.com'];
  const refused = await binary.run(other, { cwd: folder.path });
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain(`is for ${did} already`);
  expect(readFileSync(folder.at('.env'), 'utf8')).toBe(before);

  expect((await binary.run([...other, '--force'], { cwd: folder.path })).exitCode).toBe(0);
  const after = readFileSync(folder.at('.env'), 'utf8');
  expect(after).toContain('ATPROTO_DID=did:web:example.com\n');
  expect(after.split('\n')[1]).not.toBe(before.split('\n')[1]);
});

test.each([
  ['groundmist.service', ['--unit', 'user']],
  ['Caddyfile', ['--host', 'sync.example.com']],
])('a %s that init did not make, or that was changed by hand, stays until --force', async (name, flags) => {
  using folder = temporaryFolder();
  const init = ['init', '--did', did, ...flags];
  const path = folder.at(name);
  await binary.run(init, { cwd: folder.path });
  const made = readFileSync(path, 'utf8');
  for (const text of ['# mine\n', `${made}# mine\n`]) {
    writeFileSync(path, text);
    const { exitCode, stderr } = await binary.run([...init, '--port', '4000'], { cwd: folder.path });
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`${path} was changed by hand, or init did not make it, so it stays`);
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
  await binary.run([...init, '--force'], { cwd: folder.path });
  expect(readFileSync(path, 'utf8')).not.toContain('# mine');
});

test('run again with nothing new it writes nothing; with a setting of backups it makes the unit anew', async () => {
  using folder = temporaryFolder();
  chmodSync(folder.path, 0o755);
  const init = ['init', '--did', did, '--host', 'sync.example.com', '--unit', 'system'];
  await binary.run([...init, '--env-file', folder.at('.env')], { cwd: folder.path });
  const before = folderState(folder.path);
  const { exitCode, stdout } = await binary.run(['init'], { cwd: folder.path });
  expect({ exitCode, state: folderState(folder.path) }).toEqual({ exitCode: 0, state: before });
  expect(stdout).toStartWith(`Nothing to change: ${folder.at('.env')} says all of this already.\n`);

  appendFileSync(folder.at('.env'), 'GROUNDMIST_BACKUP_DIRECTORY=/mnt/backups\n');
  await binary.run(['init'], { cwd: folder.path });
  expect(readFileSync(folder.at('groundmist.service'), 'utf8')).toContain(
    `ReadWritePaths=-${folder.at('.data')} -/mnt/backups\n`,
  );
});

test('--local takes the public name away', async () => {
  using folder = temporaryFolder();
  await binary.run(['init', '--did', did, '--host', 'sync.example.com'], { cwd: folder.path });
  const { stderr } = await binary.run(['init', '--local'], { cwd: folder.path });
  expect(stderr).toContain('Taken out: GROUNDMIST_HOST.\n');
  expect(readFileSync(folder.at('.env'), 'utf8')).not.toContain('GROUNDMIST_HOST');
});

describe('the data directory', () => {
  test('is not a folder that holds other things, whose mode would lock others out', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('shared/programs'), { recursive: true });
    chmodSync(folder.at('shared'), 0o755);
    const { exitCode, stderr } = await binary.run(['init', '--did', did, '--data-dir', 'shared'], {
      cwd: folder.path,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('holds other things');
    expect(modeOf(folder.at('shared'))).toBe('755');
    expect(readdirSync(folder.path)).toEqual(['shared']);
  });

  test.each([
    ['empty', 'data'],
    ['of an earlier server', 'data/.groundmist'],
    ['of the prototype', 'data/xyz/groundmist/library/2a/kvofn6L1o4RMUEMQi7qzwRjKWZ/snapshot'],
  ])('may be %s, and becomes private', async (_name, path) => {
    using folder = temporaryFolder();
    mkdirSync(folder.at(path), { recursive: true });
    chmodSync(folder.at('data'), 0o755);
    if (path.endsWith('snapshot')) writeFileSync(join(folder.at(path), 'ab'.repeat(32)), 'x');
    const { exitCode } = await binary.run(['init', '--did', did, '--data-dir', 'data'], { cwd: folder.path });
    expect(exitCode).toBe(0);
    expect(modeOf(folder.at('data'))).toBe('700');
  });
});

test('a link to a file that is not there is neither followed nor replaced', async () => {
  using folder = temporaryFolder();
  symlinkSync('elsewhere/.env', folder.at('.env'));
  const { exitCode, stderr } = await binary.run(['init', '--did', did], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('is a link to a file that is not there');
  expect(readlinkSync(folder.at('.env'))).toBe('elsewhere/.env');
});

test('a link to an env file stays, and the file behind it is changed', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('elsewhere'));
  writeFileSync(folder.at('elsewhere/settings'), 'OTHER=1\n');
  symlinkSync('elsewhere/settings', folder.at('.env'));
  const { exitCode } = await binary.run(['init', '--did', did], { cwd: folder.path });
  expect(exitCode).toBe(0);
  expect(readlinkSync(folder.at('.env'))).toBe('elsewhere/settings');
  expect(readFileSync(folder.at('elsewhere/settings'), 'utf8')).toStartWith('OTHER=1\nATPROTO_DID=');
});

test.each([[], ['--force']])('a secret that cannot be read is not passed over (%j)', async (...flags) => {
  using folder = temporaryFolder();
  const before = 'OTHER="\nGROUNDMIST_SYNC_SECRET_KEY="abab\n';
  writeFileSync(folder.at('.env'), before);
  const { exitCode, stderr } = await binary.run(['init', '--did', did, ...flags], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('is not NAME=value');
  expect(readFileSync(folder.at('.env'), 'utf8')).toBe(before);
});

test('line ends of Windows and a byte order mark stay', async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('.env'), '\u{FEFF}OTHER="a\r\nb"\r\nPORT=4000\r\n');
  await binary.run(['init', '--did', did], { cwd: folder.path });
  const text = readFileSync(folder.at('.env'), 'utf8');
  expect(text).toStartWith(`\u{FEFF}OTHER="a\r\nb"\r\nPORT=4000\r\nATPROTO_DID=${did}\r\n`);
  expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  const again = await binary.run(['init'], { cwd: folder.path });
  expect(again.stdout).toStartWith('Nothing to change');
});

test('an env file that is not in UTF-8 is refused with its line, and left to the byte', async () => {
  using folder = temporaryFolder();
  const bytes = Buffer.from('A=1\nNAME=J\xfcrgen\nB=\xff\n', 'latin1');
  writeFileSync(folder.at('.env'), bytes);
  const { exitCode, stderr } = await binary.run(['init', '--did', did, '--force'], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`Line 2 of ${folder.at('.env')} is not in UTF-8`);
  expect(readFileSync(folder.at('.env'))).toEqual(bytes);
});

test.each([[], ['--force']])(
  'a secret that another value swallowed is not passed over (%j)',
  async (...flags) => {
    using folder = temporaryFolder();
    const before = `OTHER="begun\nexport GROUNDMIST_SYNC_SECRET_KEY=${'ab'.repeat(32)}\nMORE="\n`;
    writeFileSync(folder.at('.env'), before);
    const { exitCode, stderr } = await binary.run(['init', '--did', did, ...flags], { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('the line of GROUNDMIST_SYNC_SECRET_KEY is inside the value of OTHER');
    expect(readFileSync(folder.at('.env'), 'utf8')).toBe(before);
  },
);
