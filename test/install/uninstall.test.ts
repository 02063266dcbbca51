import { expect, test } from 'bun:test';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { giveToPerson, personHome, runInstaller } from '../support/installer.ts';
import { smallProgram } from '../support/release-server.ts';

/** A person's groundmist as install.sh and `init` leave it, with these files below the home. */
function installed(files: Readonly<Record<string, string>> = {}) {
  const folder = personHome();
  const { home } = folder;
  const data = `${home}/.local/share/groundmist`;
  const settings = `${home}/.config/groundmist/env`;
  const program = smallProgram(
    '1.0.0',
    `  'config --json') printf '{\\n  "envFile": "%s",\\n' '${settings}' ;;
  'config DATA_DIR') echo '${data}' ;;
  service*) echo "$*" >>'${home}/called' ;;`,
  );
  const all = {
    '.config/groundmist/env': `DATA_DIR=${data}\n`,
    '.config/groundmist/Caddyfile': 'site',
    '.local/share/groundmist/.groundmist/control.sqlite': 'apps',
    '.local/share/groundmist/com/example/todo/documents.sqlite': 'documents',
    '.local/share/groundmist/com/example/todo/documents.sqlite-tail': 'the newest',
    '.local/share/groundmist/com/example/notes/4N/fQ/snapshot/ab': 'of automerge-repo',
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
    stdout: `There is no groundmist at ${home}/.local/bin/groundmist\nRemoved ${data}\n`,
  });
  expect(existsSync(data)).toBe(false);
});

test('a purge takes the documents that were named, and the settings that name them', async () => {
  using there = installed();
  const { exitCode, stdout } = await there.uninstall('--purge', there.data);
  expect(exitCode).toBe(0);
  expect(stdout).toEndWith(`Removed ${there.data}\nRemoved ${there.settings}\n`);
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

test('a purge takes what init made and no server has used', async () => {
  using there = installed();
  rmSync(there.data, { recursive: true });
  mkdirSync(there.data);
  giveToPerson(there.home);
  expect(await there.uninstall('--purge', there.data)).toMatchObject({ exitCode: 0 });
  expect(existsSync(there.data)).toBe(false);
});

test('no purge takes what a server is at work on, with a service that is another or without', async () => {
  const holder = `{"pid":${process.pid},"startedAt":1}`;
  using there = installed({ '.local/share/groundmist/.groundmist/lock-holder.json': holder });
  // As root: only who may send it a signal sees that it is there.
  const uninstall = () =>
    runInstaller(['--uninstall', '--prefix', `${there.home}/.local`, '--purge', there.data], {
      env: { HOME: there.home },
      asRoot: true,
    });
  const refused = {
    exitCode: 5,
    stderr: `install.sh: A groundmist runs on ${there.data} (process ${process.pid}), so that stays. Stop it, then run this again.\n`,
  };
  expect(await uninstall()).toEqual({ ...refused, stdout: '' });
  mkdirSync(`${there.home}/.config/systemd/user`, { recursive: true });
  writeFileSync(
    `${there.home}/.config/systemd/user/groundmist.service`,
    `ExecStart=${there.home}/.local/bin/groundmist serve`,
  );
  expect(await uninstall()).toMatchObject(refused);
  expect(readFileSync(`${there.home}/called`, 'utf8')).toBe('service uninstall\n');
  expect(existsSync(`${there.data}/.groundmist/control.sqlite`)).toBe(true);
});

test('its own service ends first; that of another program stays', async () => {
  const unit = '.config/systemd/user/groundmist.service';
  using other = installed({ [unit]: 'ExecStart=/opt/groundmist serve' });
  await other.uninstall();
  expect(existsSync(`${other.home}/called`)).toBe(false);

  using there = installed();
  mkdirSync(dirname(`${there.home}/${unit}`), { recursive: true });
  writeFileSync(`${there.home}/${unit}`, `ExecStart=${there.home}/.local/bin/groundmist serve`);
  expect(await there.uninstall()).toMatchObject({ exitCode: 0 });
  expect(readFileSync(`${there.home}/called`, 'utf8')).toBe('service uninstall\n');
});

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
