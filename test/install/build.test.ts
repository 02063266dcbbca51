import { expect, test } from 'bun:test';
import { entriesOf, personHome, programFolder, runInstaller } from '../support/installer.ts';
import { smallProgram, startReleaseServer, sumOf } from '../support/release-server.ts';

const tools = 'cat chmod curl cut grep id mkdir mkfifo mv rm rmdir sed sh sha256sum tail tr wc'.split(' ');

interface Machine {
  readonly system?: string;
  readonly processor?: string;
  /** What `getconf GNU_LIBC_VERSION` says; without it there is none. */
  readonly getconf?: string;
  /** What `ldd --version` says, which with musl is an error. */
  readonly ldd?: string;
  /** What `head` reads of a program: ELF of 64 bits, or of 32. */
  readonly bits?: 64 | 32;
  readonly sysctl?: string;
}

/** Runs it where the tools of the machine say this, and gives what it asked the release for, or why it refused. */
async function install(machine: Machine, build: string) {
  const {
    system = 'Linux',
    processor = 'x86_64',
    getconf,
    ldd = 'ldd (GNU libc) 2.36',
    bits = 64,
    sysctl,
  } = machine;
  using server = startReleaseServer();
  const program = smallProgram('1.0.0');
  const name = `groundmist-1.0.0-${build}`;
  server.answer('/1.0.0/SHA256SUMS', () => new Response(`${sumOf(program)}  ${name}\n`));
  server.answer(`/1.0.0/${name}`, () => new Response(program));
  const elf = String.raw`\177ELF\00${bits === 64 ? 2 : 1}`;
  using programs = programFolder(tools, {
    uname: `case $1 in -s) echo '${system}' ;; -m) echo '${processor}' ;; esac`,
    getconf: getconf === undefined ? 'exit 1' : `echo '${getconf}'`,
    ldd: `echo '${ldd}' >&2; exit 1`,
    sysctl: sysctl ?? 'exit 1',
    head: `case "$*" in '-c 5 /proc/self/exe') printf '${elf}' ;; *) exec ${Bun.which('head')} "$@" ;; esac`,
  });
  using folder = personHome();
  const { exitCode, stdout, stderr } = await runInstaller(['--version', '1.0.0'], {
    env: { PATH: programs.path, HOME: folder.home, GROUNDMIST_BASE_URL: server.url },
  });
  if (exitCode === 0) return stdout.split('\n')[0]?.replace(/ is at .*/, ' is there');
  expect({ exitCode, stdout, left: entriesOf(folder.home) }).toEqual({ exitCode: 1, stdout: '', left: [] });
  return stderr;
}

test.each<[string, Machine, string]>([
  ['Debian', { getconf: 'glibc 2.36' }, 'linux-x64'],
  ['what has no getconf', { ldd: 'ldd (Ubuntu GLIBC 2.31-0ubuntu9.9) 2.31' }, 'linux-x64'],
  ['the oldest glibc', { getconf: 'glibc 2.17' }, 'linux-x64'],
  ['Alpine', { ldd: 'musl libc (x86_64)' }, 'linux-x64-musl'],
  ['Alpine on ARM', { processor: 'aarch64', ldd: 'musl libc (aarch64)' }, 'linux-arm64-musl'],
  ['a system of its own kind', { ldd: 'ldd: not found' }, 'linux-x64'],
  ['a Raspberry Pi', { processor: 'aarch64', getconf: 'glibc 2.36' }, 'linux-arm64'],
  ['a new Mac', { system: 'Darwin', processor: 'arm64' }, 'darwin-arm64'],
  ['a new Mac under Rosetta', { system: 'Darwin', sysctl: 'echo 1' }, 'darwin-arm64'],
  ['an old Mac', { system: 'Darwin' }, 'darwin-x64'],
])('%s gets the build that runs there', async (_, machine, build) => {
  expect(await install(machine, build)).toBe('groundmist 1.0.0 is there');
});

test.each<[string, Machine, RegExp]>([
  ['FreeBSD', { system: 'FreeBSD' }, /made for Linux and macOS, not for FreeBSD\./],
  ['Windows', { system: 'MINGW64_NT-10.0' }, /inside of WSL/],
  ['an old Raspberry Pi', { processor: 'armv7l' }, /of the kinds x86-64 and arm64; this is armv7l\. Nothing/],
  ['a system of 32 bits on 64', { bits: 32 }, /of this system are of 32, and groundmist is of 64\./],
  [
    'an old glibc',
    { getconf: 'glibc 2.12' },
    /This system has glibc 2\.12, and groundmist needs 2\.17 or newer\. Nothing was installed; upgrade the system first\./,
  ],
])('%s is told why nothing is there for it', async (_, machine, reason) => {
  expect(await install(machine, 'linux-x64')).toMatch(reason);
});
