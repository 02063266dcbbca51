import { expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../support/folder.ts';
import { mayMount, runInstaller } from '../support/installer.ts';
import { ownBuild, smallProgram, startReleaseServer } from '../support/release-server.ts';

const mounted = test.skipIf(!mayMount);

/** Installs below a mount that nobody else sees. `$1` is where. */
async function installOnto(mount: string) {
  using server = startReleaseServer();
  await server.publish('1.0.0', smallProgram('1.0.0', '#'.repeat(100_000)));
  using folder = temporaryFolder();
  mkdirSync(folder.at('p'));
  const line = `${mount}; shift; "$@"; code=$?; ls -A '${folder.at('p')}'; exit $code`;
  const { exitCode, stdout, stderr } = await runInstaller(['--prefix', folder.at('p')], {
    env: { GROUNDMIST_BASE_URL: server.url },
    asRoot: true,
    before: ['unshare', '-m', 'sh', '-c', line, 'sh', folder.at('p')],
  });
  return { exitCode, stdout, stderr: stderr.replaceAll(folder.path, '') };
}

mounted('a disk that is full is named, and nothing is left on it', async () => {
  expect(await installOnto('mount -t tmpfs -o size=64k none "$1"')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `Downloading groundmist 1.0.0 for ${ownBuild}\ninstall.sh: What belongs into /p/bin cannot be written. Is its disk full? Make room and run this again.\n`,
  });
});

mounted('a disk that may only be read is named', async () => {
  expect(await installOnto('mount -t tmpfs -o ro none "$1"')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr:
      'install.sh: /p/bin cannot be written to. Name another folder with --prefix, or run this as one who may write there.\n',
  });
});

mounted('a disk that no program may be run from is named', async () => {
  const { exitCode, stdout, stderr } = await installOnto('mount -t tmpfs -o noexec none "$1"');
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain(
    'programs in /p/bin may not be run; name another folder with --prefix. Nothing was installed.',
  );
});

mounted('a temporary folder that no program may be run from is no matter', async () => {
  const { exitCode } = await installOnto(
    'mkdir "$1/t"; mount -t tmpfs -o noexec none "$1/t"; TMPDIR=$1/t; export TMPDIR',
  );
  expect(exitCode).toBe(0);
});

mounted.skipIf(process.arch !== 'x64')(
  'a processor that is too old is told so before anything is downloaded',
  async () => {
    using server = startReleaseServer();
    await server.publish('1.0.0', smallProgram('1.0.0'));
    using folder = temporaryFolder();
    writeFileSync(folder.at('cpuinfo'), 'processor\t: 0\nflags\t\t: fpu sse2 ssse3 sse4_1\n');
    const mount = `mount --bind '${folder.at('cpuinfo')}' /proc/cpuinfo; exec "$@"`;
    const { exitCode, stderr } = await runInstaller(['--prefix', folder.at('p')], {
      env: { GROUNDMIST_BASE_URL: server.url },
      asRoot: true,
      before: ['unshare', '-m', 'sh', '-c', mount, 'sh'],
    });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        'install.sh: The processor of this machine lacks SSE4.2, which groundmist needs, and which those have that were made after 2013. Nothing was installed.\n',
    });
    expect(server.asked).toEqual([]);
  },
);
