import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';
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

test('with flags alone it writes settings, data directory and unit, and says how to go on', async () => {
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
  ];
  const { exitCode, stdout, stderr } = await binary.run([...args, '--yes'], { cwd: folder.path });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(readdirSync(folder.path).toSorted()).toEqual(['.env', 'groundmist.service', 'my data']);
  expect([modeOf(folder.at('.env')), modeOf(folder.at('my data'))]).toEqual(['600', '700']);
  expect(readFileSync(folder.at('.env'), 'utf8')).toMatch(
    new RegExp(
      `^ATPROTO_DID=${did}\nGROUNDMIST_SYNC_SECRET_KEY=[0-9a-f]{64}\nPORT=4000\nDATA_DIR='/.*/my data'\nGROUNDMIST_HOST=sync.example.com\n$`,
    ),
  );
  const unit = readFileSync(folder.at('groundmist.service'), 'utf8');
  expect(unit).toContain(`ExecStart=${binary.path} serve --env-file ${folder.at('.env')}\n`);
  expect(stdout).toMatch(/systemctl (?:--user )?enable --now \/.*\/groundmist\.service/);
  expect(stdout).toContain('groundmist publish sync.example.com');
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
  [['--did', did, '--data-dir', '/dev/null/data'], 'cannot be made'],
  [['--did', did, '--data-dir', '.'], 'a folder of their own'],
])('%p is refused with exit code 2 and nothing is written', async (flags, sentence) => {
  using folder = temporaryFolder();
  const { exitCode, stdout, stderr } = await binary.run(['init', ...flags], { cwd: folder.path });
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(sentence);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('--dry-run shows everything but the secret and writes nothing', async () => {
  using folder = temporaryFolder();
  const { exitCode, stdout } = await binary.run(['init', '--did', did, '--dry-run'], { cwd: folder.path });
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`ATPROTO_DID=${did}`);
  expect(stdout).toContain('GROUNDMIST_SYNC_SECRET_KEY=(hidden)');
  expect(stdout).toContain('ExecStart=');
  expect(readdirSync(folder.path)).toEqual([]);
});

test.if(process.getuid?.() === 0)(
  'run by root, it says how to make the user that the unit runs as',
  async () => {
    using folder = temporaryFolder();
    const { stdout } = await binary.run(['init', '--did', did], { cwd: folder.path });
    expect(stdout).toContain('  useradd --system --no-create-home --shell /usr/sbin/nologin groundmist\n');
    expect(stdout).toContain(`  chown -R groundmist: ${folder.at('.env')} ${folder.at('.data')}\n`);
    expect(readFileSync(folder.at('groundmist.service'), 'utf8')).toContain('\nUser=groundmist\n');
  },
);

test('--dry-run shows only lines of ours of an env file that is there', async () => {
  using folder = temporaryFolder();
  const before = `# mine\nOTHER_PASSWORD="two\nlines"\nexport GROUNDMIST_SYNC_SECRET_KEY=${'ab'.repeat(32)}\nPORT=1234\n`;
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
    'Kept as they were: GROUNDMIST_SYNC_SECRET_KEY.\nGiven another value: PORT.\nLeft alone, not ours: OTHER.\n',
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

test('a unit that init did not make is left alone', async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('groundmist.service'), '[Service]\nExecStart=/bin/true\n');
  const { exitCode, stderr } = await binary.run(['init', '--did', did], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('was not made by init');
  expect(readdirSync(folder.path)).toEqual(['groundmist.service']);
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

test('on a terminal it asks, and writes after the last yes', async () => {
  using folder = temporaryFolder();
  const answers: readonly (readonly [question: string, answer: string])[] = [
    ['Your handle or DID', `${did}\r`],
    ['The public name', 'sync.example.com\r'],
    ['The TCP port', '\r'],
    ['Where the documents live', '\r'],
    ['Write ', '\r'],
  ];
  let asked = 0;
  const { exitCode } = await binary.runOnTerminal(
    ['init'],
    (shown) => {
      const next = answers[asked];
      if (!next || !shown.includes(next[0])) return undefined;
      asked++;
      return next[1];
    },
    { cwd: folder.path },
  );
  expect(exitCode).toBe(0);
  expect(asked).toBe(answers.length);
  expect(readFileSync(folder.at('.env'), 'utf8')).toContain('GROUNDMIST_HOST=sync.example.com\n');
  expect(existsSync(folder.at('.data'))).toBe(true);
});

test('Ctrl-C at a question leaves nothing behind', async () => {
  using folder = temporaryFolder();
  let isPressed = false;
  const { exitCode } = await binary.runOnTerminal(
    ['init', '--did', did],
    (shown) => {
      if (isPressed || !shown.includes('The public name')) return undefined;
      isPressed = true;
      return '\u0003';
    },
    { cwd: folder.path },
  );
  expect(exitCode).toBe(130);
  expect(readdirSync(folder.path)).toEqual([]);
});
