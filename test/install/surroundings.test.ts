import { afterAll, beforeAll, expect, test } from 'bun:test';
import {
  shells,
  busyboxFolder,
  entriesOf,
  isHere,
  installerPath,
  personHome,
  programFolder,
  runInstaller,
} from '../support/installer.ts';
import { smallProgram, startReleaseServer, type ReleaseServer } from '../support/release-server.ts';

let server: ReleaseServer;
let env: { readonly GROUNDMIST_BASE_URL: string };
beforeAll(async () => {
  server = startReleaseServer();
  await server.publish('1.0.0', smallProgram('1.0.0'));
  env = { GROUNDMIST_BASE_URL: server.url };
});
afterAll(() => server[Symbol.dispose]());

/** All that the script calls, beside one that downloads and one that makes checksums. */
const needed = 'cat chmod cut grep head id mkdir mkfifo mv rm rmdir sed sh tail tr uname wc'.split(' ');

test.each([
  ['curl', 'sha256sum'],
  ['curl', 'shasum'],
  ['curl', 'openssl'],
  ['wget', 'sha256sum'],
])('it needs few programs: %s, %s and what every system has', async (downloader, hasher) => {
  using folder = personHome();
  using programs = programFolder([...needed, downloader, hasher]);
  const { exitCode, stdout } = await runInstaller([], {
    env: { ...env, HOME: folder.home, PATH: programs.path },
  });
  expect(exitCode).toBe(0);
  expect(stdout).toStartWith(`groundmist 1.0.0 is at ${folder.home}/.local/bin/groundmist\n`);
});

test.skipIf(!isHere('busybox'))('the programs of BusyBox are enough', async () => {
  using folder = personHome();
  using programs = busyboxFolder({ without: [] });
  const options = { env: { ...env, HOME: folder.home, PATH: programs.path }, shell: [programs.at('sh')] };
  expect(await runInstaller([], options)).toMatchObject({ exitCode: 0 });
  expect(await runInstaller(['--uninstall'], options)).toMatchObject({ exitCode: 0, stderr: '' });
});

test('without anything that downloads, or that makes checksums, it says what to install', async () => {
  using folder = personHome();
  using mute = programFolder([...needed, 'sha256sum']);
  using blind = programFolder([...needed, 'curl']);
  const run = (PATH: string) => runInstaller([], { env: { ...env, HOME: folder.home, PATH } });
  expect((await run(mute.path)).stderr).toBe(
    'install.sh: Neither curl nor wget is here, and one of them has to fetch groundmist. Nothing was installed; install curl and run this again.\n',
  );
  expect((await run(blind.path)).stderr).toBe(
    'install.sh: None of sha256sum, shasum and openssl is here, and one of them has to check what comes. Nothing was installed; install one and run this again.\n',
  );
  expect(entriesOf(folder.home)).toEqual([]);
});

test.each(['dash', 'bash'])('an environment of somebody else changes nothing: %s', async (shell) => {
  using folder = personHome();
  const odd = {
    IFS: 't/',
    CDPATH: '/usr:/etc',
    LC_ALL: 'tr_TR.UTF-8',
    BUN_BE_BUN: '1',
    BUN_OPTIONS: '--nonsense',
    GREP_OPTIONS: '-v',
    POSIXLY_CORRECT: '1',
    TMPDIR: '/nowhere',
    is_done: 'yes',
    stage: '/',
    made: '/',
    purge: '/',
    version: '../..',
    folder: '/',
    SHELLOPTS: 'nounset',
  };
  const { exitCode, stdout } = await runInstaller([], {
    env: { ...odd, ...env, HOME: folder.home },
    shell: [shell],
  });
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: expect.stringContaining(`groundmist 1.0.0 is at ${folder.home}/.local/bin/groundmist\n`),
  });
  expect(
    await runInstaller(['--uninstall'], { env: { ...odd, HOME: folder.home }, shell: [shell] }),
  ).toMatchObject({
    exitCode: 0,
  });
});

test('what waits at stdin is still there afterwards, and no terminal is needed', async () => {
  using folder = personHome();
  const line = `sh '${installerPath}' --prefix '${folder.home}' >/dev/null 2>&1; echo $?; cat`;
  const child = Bun.spawn(['sh', '-c', line], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder.home, ...env },
    stdin: new Blob(['of another\n']),
    stdout: 'pipe',
  });
  expect(await new Response(child.stdout).text()).toEndWith('\nof another\n');
});

test.skipIf(!isHere('curl'))('on a narrow terminal the bar of a download stays in its line', async () => {
  using folder = personHome();
  const cols = 50;
  let shown = '';
  const child = Bun.spawn(['sh', installerPath, '--prefix', folder.home], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    terminal: { cols, rows: 20, data: (_, bytes) => void (shown += bytes.toString()) },
  });
  expect(await child.exited).toBe(0);
  child.terminal?.close();
  const bars = shown.split(/[\r\n]+/).filter((line) => /^[#O= -]+[\d.%]*$/.test(line));
  expect(bars.at(-1)).toEndWith('100.0%');
  expect(Math.max(...bars.map((line) => line.length))).toBeLessThanOrEqual(cols);
});

test.each(shells)(
  'told to end while a server is silent, it ends at once, and so does what downloads for it: %s',
  async (...shell) => {
    using folder = personHome();
    for (const [signal, exitCode] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      const left = Promise.withResolvers<void>();
      const child = Bun.spawn(
        [...shell, installerPath, '--prefix', `${folder.home}/p`, '--version', '1.0.2'],
        {
          env: { PATH: process.env['PATH'] ?? '', ...env, GROUNDMIST_INSTALL_WAIT: '9999' },
          stdio: ['ignore', 'ignore', 'ignore'],
        },
      );
      server.answer('/1.0.2/SHA256SUMS', ({ signal: gone }) => {
        gone.addEventListener('abort', () => left.resolve());
        process.kill(child.pid, signal);
        return new Promise(() => {});
      });
      expect([signal, await child.exited]).toEqual([signal, exitCode]);
      await left.promise;
      expect(entriesOf(folder.home)).toEqual([]);
    }
  },
);

test.each(shells)(
  'interrupted in the middle of a download, it leaves nothing and ends as it was told to: %s',
  async (...shell) => {
    using folder = personHome();
    for (const [signal, exitCode] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      const child = Bun.spawn(
        ['setsid', ...shell, installerPath, '--prefix', `${folder.home}/p`, '--version', '1.0.1'],
        {
          env: { PATH: process.env['PATH'] ?? '', ...env },
          stdio: ['ignore', 'ignore', 'ignore'],
        },
      );
      server.answer('/1.0.1/SHA256SUMS', () => {
        // Its process group, as a terminal does: the shell and what downloads for it.
        process.kill(-child.pid, signal);
        return new Response('');
      });
      expect([signal, await child.exited]).toEqual([signal, exitCode]);
      expect(entriesOf(folder.home)).toEqual([]);
    }
  },
);
