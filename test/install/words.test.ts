import { expect, test } from 'bun:test';
import { entriesOf, personHome, runInstaller } from '../support/installer.ts';

async function refuse(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  using folder = personHome();
  const { exitCode, stdout, stderr } = await runInstaller(words, { env: { HOME: folder.home, ...env } });
  expect({ stdout, left: entriesOf(folder.home) }).toEqual({ stdout: '', left: [] });
  return [exitCode, stderr];
}

test('--help says all there is, wherever it stands, and does nothing', async () => {
  for (const words of [['--help'], ['-h'], ['--uninstall', '--help']]) {
    const { exitCode, stdout, stderr } = await runInstaller(words, {});
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const flag of ['version', 'prefix', 'system', 'from-source', 'uninstall', 'purge']) {
      expect(stdout).toContain(`--${flag}`);
    }
  }
});

test.each(['--form-source', 'install', '-x', ''])('%p is not understood', async (word) => {
  expect(await refuse([word])).toEqual([
    2,
    `install.sh: ${word} is not understood. sh install.sh --help says what is.\n`,
  ]);
});

test.each([
  { words: ['--prefix'] },
  { words: ['--prefix='] },
  { words: ['--version', ''] },
  { words: ['--uninstall', '--purge', ''] },
  { words: ['--uninstall', '--purge='] },
  { words: ['--prefix', 'a\nb'] },
])('$words lacks its value', async ({ words }) => {
  const [exitCode, stderr] = await refuse(words);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(' needs a value. ')]);
});

test.each([
  '../../etc',
  '1.0.0/../..',
  '1..0.0',
  '1.0',
  'latest',
  '1.0.0 ',
  '1.0.0\n',
  '1.0.0%2f',
  '.1.0.0',
  '1.0.0.',
  '*',
  `1.0.${'0'.repeat(64)}`,
])('%p is no version', async (version) => {
  const [exitCode, stderr] = await refuse(['--version', version]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/is no version\. One looks like 1\.2\.3\.\n$|needs a value/);
});

test.each([
  [['--purge', '/srv/x'], '--purge goes with --uninstall.'],
  [['--purge'], '--purge goes with --uninstall.'],
  [['--system', '--prefix', '/opt'], 'leave out --prefix, or --system.'],
  [['--from-source', '--version', '1.0.0'], 'leave out --version.'],
  [['--uninstall', '--version', '1.0.0'], 'leave out --version.'],
])('%p contradicts itself', async (words, reason) => {
  expect(await refuse(words)).toEqual([2, expect.stringContaining(reason)]);
});

test.each([
  'http://releases.example.com',
  'http://127.0.0.1@releases.example.com/',
  'http://127.0.0.1.example.com/',
  'http://localhost.example.com:8080/',
  'http://localhost:80@releases.example.com',
  'http://[::1].example.com/',
  'http://127.0.0.1:80x/',
  'file:///srv/releases',
  'ftp://releases.example.com',
  'releases.example.com',
  'https://',
])('releases do not come from %s', async (url) => {
  const [exitCode, stderr] = await refuse([], { GROUNDMIST_BASE_URL: url });
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringMatching(/has to begin with https:|is an address without/),
  ]);
});

test.each([
  'https://releases.example.com/a b',
  'https://x/?a=1',
  'https://x/#a',
  "https://x/'",
  'https://x/\u001b[2J',
])('a place is an address: not %p', async (url) => {
  expect(await refuse([], { GROUNDMIST_BASE_URL: url })).toEqual([
    2,
    'install.sh: GROUNDMIST_BASE_URL is an address without spaces, question marks and the like.\n',
  ]);
});

test('as long as there is no place for releases it says so, and what there is instead', async () => {
  expect(await refuse([])).toEqual([
    2,
    'install.sh: There are no released binaries yet. In a checkout, run ./install.sh --from-source.\n',
  ]);
});
