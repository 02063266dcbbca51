import { describe, expect, test } from 'bun:test';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { unitText } from '../../src/core/service/unit.ts';
import { giveToPerson, personHome, runInstaller } from '../support/installer.ts';
import { smallProgram } from '../support/release-server.ts';

const stock = 'com/example/notes/4N/fQ6Fy1s3r8yCmZcVhKq9bTzWx';

/** A person's groundmist as install.sh and `init` leave it, with these files below the home. */
function installed(files: Readonly<Record<string, string>> = {}) {
  const folder = personHome();
  const { home } = folder;
  const data = `${home}/.local/share/groundmist`;
  const settings = `${home}/.config/groundmist/env`;
  const program = smallProgram(
    '1.0.0',
    `  'config DATA_DIR --env-file '*) sed -n 's/^DATA_DIR=//p' "$4" ;;
  service*) echo "$*" >>'${home}/called' ;;`,
  );
  const all = {
    '.config/groundmist/env': `DATA_DIR=${data}\n`,
    '.config/groundmist/Caddyfile': 'site',
    '.local/share/groundmist/.groundmist/control.sqlite': 'apps',
    '.local/share/groundmist/com/example/todo/documents.sqlite': 'documents',
    '.local/share/groundmist/com/example/todo/documents.sqlite-tail': 'the newest',
    [`.local/share/groundmist/${stock}/snapshot/${'ab'.repeat(32)}`]: 'of automerge-repo',
    [`.local/share/groundmist/${stock}/sync-state/3f0b2c1e-7d9a-4c55-9a51-0a1b2c3d4e5f`]: 'of automerge-repo',
    '.local/share/groundmist/com/example/notes/st/orage-adapter-id': 'of automerge-repo',
    '.local/share/man/man1/groundmist.1': 'page',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(`${home}/${path}`), { recursive: true });
    writeFileSync(`${home}/${path}`, text);
  }
  mkdirSync(`${home}/.local/bin`, { recursive: true });
  writeFileSync(`${home}/.local/bin/groundmist`, program, { mode: 0o755 });
  giveToPerson(folder.path);
  const uninstall = (...words: readonly string[]) =>
    runInstaller(['--uninstall', ...words], { env: { HOME: home } });
  return { ...folder, data, settings, uninstall };
}

test('documents and settings stay, and it is said where they are and how they would go', async () => {
  using there = installed();
  const { home, data, settings } = there;
  expect(await there.uninstall()).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: `Removed ${home}/.local/bin/groundmist
Removed ${home}/.local/share/man/man1/groundmist.1
Kept: the settings, ${settings}
Kept: the documents, ${data}
To remove them too, run the same again with --purge ${data}
`,
  });
  expect(existsSync(`${data}/com/example/todo/documents.sqlite`)).toBe(true);
  expect(await there.uninstall('--purge', data)).toMatchObject({
    exitCode: 0,
    stdout: `There is no groundmist at ${home}/.local/bin/groundmist\nRemoved ${data}\nRemoved ${settings}\nRemoved ${dirname(settings)}/Caddyfile\n`,
  });
  expect(existsSync(data)).toBe(false);
});

test('a purge takes the documents that were named, and the settings that name them', async () => {
  using there = installed();
  const { exitCode, stdout } = await there.uninstall('--purge', there.data);
  expect(exitCode).toBe(0);
  expect(stdout).toEndWith(
    `Removed ${there.data}\nRemoved ${there.settings}\nRemoved ${dirname(there.settings)}/Caddyfile\n`,
  );
  expect([existsSync(there.data), existsSync(dirname(there.settings))]).toEqual([false, false]);
});

test('settings of other documents stay', async () => {
  using there = installed({ 'old/.groundmist/control.sqlite': '' });
  const { stdout } = await there.uninstall('--purge', `${there.home}/old`);
  expect(stdout).toEndWith(
    `Removed ${there.home}/old\nKept: the settings, ${there.settings}; they name other documents\n`,
  );
  expect(existsSync(there.settings)).toBe(true);
});

test.each<[string, (home: string) => string, RegExp]>([
  ['the root', () => '/', /it is your home, or your home is in it/],
  ['a folder of the system', () => '/usr', /it is no data directory of groundmist/],
  ['an empty folder', (home) => `${home}/empty`, /it is no data directory of groundmist/],
  ['the home', (home) => home, /it is your home, or your home is in it/],
  ['what the home is in', (home) => `${home}/..`, /it is your home, or your home is in it/],
  ['a folder of other things', (home) => `${home}/.config`, /it is no data directory of groundmist/],
  ['documents among other things', (home) => `${home}/mixed`, /not groundmist's: \.\/letters\/to-alice\.txt/],
  ['a link', (home) => `${home}/link`, /is a link\. Name the folder it leads to\./],
  ['a link with a slash', (home) => `${home}/link/`, /is a link\. Name the folder it leads to\./],
  ['a file', (home) => `${home}/.config/groundmist/env`, /is no folder/],
  ['nothing', (home) => `${home}/nowhere`, /is no folder/],
])('no purge takes %s', async (_, path, reason) => {
  using there = installed({ 'mixed/.groundmist/lock': '', 'mixed/letters/to-alice.txt': 'Dear Alice' });
  symlinkSync(there.data, `${there.home}/link`);
  mkdirSync(`${there.home}/empty`);
  const { exitCode, stdout, stderr } = await there.uninstall('--purge', path(there.home));
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(reason);
  expect(existsSync(`${there.home}/.local/bin/groundmist`)).toBe(true);
  expect(readFileSync(`${there.home}/mixed/letters/to-alice.txt`, 'utf8')).toBe('Dear Alice');
});

test.each([
  'com/example/todo/documents.sqlite.txt',
  'com/example/todo/documents.sqlite-notes',
  'com/example/other/documents.sqlite/letter',
  'documents.sqlite',
  'com/documents.sqlite',
  'Com/example/documents.sqlite',
  'com/example/snapshot/letter',
  'snapshot/letter',
  'incremental/a/b/letter',
  'com/example/notes/sync-state/letter',
  `${stock}/snapshot/letter`,
  `${stock}/snapshot/${'ab'.repeat(32)}.jpg`,
  `${stock}/snapshot/${'cd'.repeat(32)}/letter`,
  `${stock}/other/${'ab'.repeat(32)}`,
  `${stock}/sync-state/letter`,
  `com/example/4N/short/snapshot/${'ab'.repeat(32)}`,
  'st/orage-adapter-id',
  'com/example/documents.sqlite\n./com/example/documents.sqlite',
  '.groundmist-2/control.sqlite',
])('no purge takes a folder with %p in it', async (path) => {
  using there = installed({ [`.local/share/groundmist/${path}`]: 'Dear Alice' });
  const { exitCode, stdout, stderr } = await there.uninstall('--purge');
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toStartWith(
    `install.sh: ${there.data} is not removed, for it has something in it that is not groundmist's: ${path.includes('\n') ? '.' : `./${path}`}`,
  );
  expect(readFileSync(`${there.data}/${path}`, 'utf8')).toBe('Dear Alice');
});

describe('a purge that names nothing', () => {
  test('takes what the settings name, and says what that was; again, there is nothing', async () => {
    using there = installed();
    const { home, data, settings } = there;
    expect(await there.uninstall('--purge')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `Removed ${home}/.local/bin/groundmist
Removed ${home}/.local/share/man/man1/groundmist.1
Removed ${data}
Removed ${settings}
Removed ${dirname(settings)}/Caddyfile
`,
    });
    expect([existsSync(data), existsSync(dirname(settings))]).toEqual([false, false]);
    expect(await there.uninstall('--purge')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `There is no groundmist at ${home}/.local/bin/groundmist\n`,
    });
  });

  test('reads them itself where the program is gone', async () => {
    for (const line of ["DATA_DIR='%'", 'DATA_DIR=%', 'DATA_DIR=../../.local/share/groundmist']) {
      using there = installed();
      writeFileSync(there.settings, `# mine\n${line.replace('%', there.data)}\n`);
      rmSync(`${there.home}/.local/bin/groundmist`);
      expect(await there.uninstall('--purge')).toMatchObject({ exitCode: 0 });
      expect([existsSync(there.data), existsSync(there.settings)]).toEqual([false, false]);
    }
  });

  test('goes by the settings that the service is given, and no variable of the shell', async () => {
    using there = installed({ 'srv/a b/groundmist/env': 'x', 'other/.groundmist/control.sqlite': '' });
    const { home } = there;
    writeFileSync(`${home}/srv/a b/groundmist/env`, `DATA_DIR=${home}/other\n`);
    mkdirSync(`${home}/.config/systemd/user`, { recursive: true });
    const unit = `ExecStart=${home}/.local/bin/groundmist serve --env-file "${home}/srv/a b/groundmist/env"\n`;
    writeFileSync(`${home}/.config/systemd/user/groundmist.service`, unit);
    const { stdout } = await runInstaller(['--uninstall', '--purge'], {
      env: { HOME: home, DATA_DIR: there.data },
    });
    expect(stdout).toEndWith(`Removed ${home}/other\nRemoved ${home}/srv/a b/groundmist/env\n`);
    expect([existsSync(there.data), existsSync(there.settings)]).toEqual([true, true]);
  });

  test('is refused where nothing says what that would be, with what to type', async () => {
    using there = installed();
    rmSync(there.settings);
    expect(await there.uninstall('--purge')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `install.sh: Which documents to remove is not known, for there are no settings. Nothing was removed. Name their folder: --uninstall --purge ${there.data}\n`,
    });
    expect(existsSync(`${there.home}/.local/bin/groundmist`)).toBe(true);
  });

  test('takes the settings alone where there are no documents', async () => {
    using there = installed();
    rmSync(there.data, { recursive: true });
    expect((await there.uninstall('--purge')).stdout).toContain(`Removed ${there.settings}\n`);
  });
});

test('what another program runs with is not removed', async () => {
  using there = installed({ '.config/systemd/user/groundmist.service': '' });
  writeFileSync(
    `${there.home}/.config/systemd/user/groundmist.service`,
    `ExecStart=/opt/groundmist serve --env-file ${there.settings}\n`,
  );
  const { exitCode, stdout, stderr } = await there.uninstall('--purge');
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(`starts another program with ${there.settings}, so that and its documents stay.`);
  expect(existsSync(there.data)).toBe(true);
});

test('the unit of a program that is gone is removed, and what its owner wrote is not', async () => {
  for (const [first, said] of [
    ['# made by groundmist; local changes belong elsewhere', 'Removed '],
    ['# mine', 'Kept: '],
  ] as const) {
    using there = installed({ '.config/systemd/user/groundmist.service': '' });
    const path = `${there.home}/.config/systemd/user/groundmist.service`;
    writeFileSync(path, `${first}\nExecStart=${there.home}/.local/bin/groundmist serve\n`);
    rmSync(`${there.home}/.local/bin/groundmist`);
    const { exitCode, stdout } = await there.uninstall();
    expect(exitCode).toBe(0);
    expect(stdout).toStartWith(`${said}${path}`);
    expect(existsSync(path)).toBe(first === '# mine');
  }
});

test('documents in a folder of the system are not offered to be removed', async () => {
  using there = installed();
  writeFileSync(there.settings, 'DATA_DIR=/etc\n');
  expect((await there.uninstall('--purge')).stderr).toContain(
    '/etc is not removed, for it is no data directory',
  );
  const { stdout } = await there.uninstall();
  expect(stdout).toEndWith(`Kept: the settings, ${there.settings}\nKept: the documents, /etc\n`);
});

test('no purge takes a folder that cannot be looked through', async () => {
  using there = installed({ '.local/share/groundmist/com/letters/to-alice.txt': 'Dear Alice' });
  chmodSync(`${there.data}/com/letters`, 0);
  const { exitCode, stderr } = await there.uninstall('--purge');
  chmodSync(`${there.data}/com/letters`, 0o755);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('com/letters');
});

test('what a restore moved aside stays, and is named', async () => {
  const aside = '.local/share/groundmist.before-restore-2026-11-29T02-00-00Z';
  using there = installed({ [`${aside}/.groundmist/control.sqlite`]: '' });
  expect((await there.uninstall()).stdout).toContain(`${there.home}/${aside}\n`);
  // Also where a restore that was cut off left nothing but that.
  rmSync(there.data, { recursive: true });
  const { stdout } = await there.uninstall('--purge');
  expect(stdout).toEndWith(`Kept: what a restore moved aside, ${there.home}/${aside}\n`);
  expect(existsSync(`${there.home}/${aside}/.groundmist/control.sqlite`)).toBe(true);
});

test('a purge takes what init made and no server has used', async () => {
  using there = installed();
  rmSync(there.data, { recursive: true });
  mkdirSync(there.data);
  giveToPerson(there.home);
  expect(await there.uninstall('--purge', there.data)).toMatchObject({ exitCode: 0 });
  expect(existsSync(there.data)).toBe(false);
});

test('no purge takes what a server is at work on, with a service that is another or without', async () => {
  using there = installed({ '.local/share/groundmist/.groundmist/lock': '' });
  // As root: only who may look at a process sees what it has open.
  const uninstall = () =>
    runInstaller(['--uninstall', '--prefix', `${there.home}/.local`, '--purge', there.data], {
      env: { HOME: there.home },
      asRoot: true,
    });
  const refused = {
    exitCode: 5,
    stderr: `install.sh: A groundmist runs on ${there.data}, so that stays. Stop it, then run this again.\n`,
  };
  const lock = openSync(`${there.data}/.groundmist/lock`, 'r+');
  try {
    expect(await uninstall()).toEqual({ ...refused, stdout: '' });
    mkdirSync(`${there.home}/.config/systemd/user`, { recursive: true });
    writeFileSync(
      `${there.home}/.config/systemd/user/groundmist.service`,
      `ExecStart=${there.home}/.local/bin/groundmist serve`,
    );
    expect(await uninstall()).toMatchObject(refused);
  } finally {
    closeSync(lock);
  }
  expect(readFileSync(`${there.home}/called`, 'utf8')).toBe('service uninstall\n');
  expect(existsSync(`${there.data}/.groundmist/control.sqlite`)).toBe(true);
});

test('nor what a server is at work on that answers, wherever it runs', async () => {
  using there = installed();
  const program = readFileSync(`${there.home}/.local/bin/groundmist`, 'utf8');
  for (const answer of ['echo ready', 'exit 3']) {
    const answering = program.replace(
      'esac',
      `health) [ "$DATA_DIR" = '${there.data}' ] && ${answer} ;;\nesac`,
    );
    writeFileSync(`${there.home}/.local/bin/groundmist`, answering);
    expect(await there.uninstall('--purge')).toMatchObject({ exitCode: 5, stdout: '' });
  }
});

test('a server that was killed and left its name keeps nothing', async () => {
  const holder = `{"pid":${process.pid},"startedAt":1}`;
  using there = installed({
    '.local/share/groundmist/.groundmist/lock-holder.json': holder,
    '.local/share/groundmist/.groundmist/lock': '',
  });
  const words = ['--uninstall', '--prefix', `${there.home}/.local`, '--purge'];
  expect(await runInstaller(words, { env: { HOME: there.home }, asRoot: true })).toMatchObject({
    exitCode: 0,
  });
  expect(existsSync(there.data)).toBe(false);
});

const unit = '.config/systemd/user/groundmist.service';

test.each([
  'ExecStart=/opt/groundmist serve',
  'ExecStart=%/.local/bin/groundmist-nightly serve',
  'ExecStart=/opt/run %/.local/bin/groundmist serve',
  '# ExecStart=%/.local/bin/groundmist serve',
  'ExecStart=%/.local/bin/groundmist serve\nExecStart=\nExecStart=/opt/groundmist serve',
])('the service of another program stays: %p', async (text) => {
  using there = installed({ [unit]: '' });
  writeFileSync(`${there.home}/${unit}`, text.replaceAll('%', there.home));
  expect(await there.uninstall()).toMatchObject({ exitCode: 0 });
  expect(existsSync(`${there.home}/called`)).toBe(false);
});

test.each(['home', 'of 100%', String.raw`a "b" \c`, "o'Neil"])(
  'its own service ends first, in a folder called %p',
  async (name) => {
    using there = installed();
    const prefix = `${there.home}/${name}`;
    mkdirSync(`${prefix}/bin`, { recursive: true });
    mkdirSync(dirname(`${there.home}/${unit}`), { recursive: true });
    renameSync(`${there.home}/.local/bin/groundmist`, `${prefix}/bin/groundmist`);
    const text = unitText({
      command: [`${prefix}/bin/groundmist`],
      envFile: there.settings,
      folder: dirname(there.settings),
      dataDirectory: there.data,
      backupDirectory: undefined,
      ports: [3031],
      scope: 'user',
    });
    writeFileSync(`${there.home}/${unit}`, text);
    giveToPerson(there.path);
    expect(await there.uninstall('--prefix', prefix)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(`${there.home}/called`, 'utf8')).toBe('service uninstall\n');
  },
);

test('a service that cannot be removed keeps its program', async () => {
  using there = installed({ '.config/systemd/user/groundmist.service': '' });
  const { home } = there;
  const program = `${home}/.local/bin/groundmist`;
  writeFileSync(`${home}/.config/systemd/user/groundmist.service`, `ExecStart=${program} serve`);
  writeFileSync(program, '#!/bin/sh\necho "no systemd" >&2; exit 5\n');
  expect(await there.uninstall()).toEqual({
    exitCode: 5,
    stdout: '',
    stderr:
      'no systemd\ninstall.sh: The service could not be removed; why stands above. The program stays.\n',
  });
  expect(existsSync(program)).toBe(true);
});

test('who may not remove the program does not end its service either', async () => {
  using there = installed({ '.config/systemd/user/groundmist.service': '' });
  const bin = `${there.home}/.local/bin`;
  writeFileSync(`${there.home}/.config/systemd/user/groundmist.service`, `ExecStart=${bin}/groundmist serve`);
  chmodSync(bin, 0o555);
  expect(await there.uninstall()).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `install.sh: ${bin}/groundmist may not be removed by you. Run the same again as one who may write there.\n`,
  });
  expect(existsSync(`${there.home}/called`)).toBe(false);
});

test('a folder of its name is not removed, and another groundmist is named', async () => {
  using folder = personHome();
  mkdirSync(`${folder.home}/p/bin/groundmist`, { recursive: true });
  const { exitCode, stderr } = await runInstaller(['--uninstall', '--prefix', `${folder.home}/p`], {});
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: `install.sh: ${folder.home}/p/bin/groundmist is a folder, and not what this script installs. Nothing was removed.\n`,
  });
  using there = installed();
  const env = { HOME: folder.home, PATH: `${there.home}/.local/bin:${process.env['PATH']}` };
  const { stdout } = await runInstaller(['--uninstall'], { env });
  expect(stdout).toBe(
    `There is no groundmist at ${folder.home}/.local/bin/groundmist\n` +
      `There is one at ${there.home}/.local/bin/groundmist: name its folder with --prefix ${there.home}/.local\n`,
  );
});
