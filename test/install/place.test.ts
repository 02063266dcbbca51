import { afterAll, beforeAll, expect, test } from 'bun:test';
import { lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { entriesOf, personHome, programFolder, runInstaller, shells } from '../support/installer.ts';
import { smallProgram, startReleaseServer, type ReleaseServer } from '../support/release-server.ts';

let server: ReleaseServer;
let env: { readonly GROUNDMIST_BASE_URL: string };
beforeAll(async () => {
  server = startReleaseServer();
  await server.publish('1.0.0', smallProgram('1.0.0'));
  await server.publish('1.2.0', smallProgram('1.2.0'));
  env = { GROUNDMIST_BASE_URL: server.url };
});
afterAll(() => server[Symbol.dispose]());

test.each(shells)(
  'it installs, upgrades, goes back and uninstalls, in a home with a space: %s',
  async (...shell) => {
    using folder = personHome("home of o'Neil");
    const { home } = folder;
    const install = (...words: readonly string[]) =>
      runInstaller(words, { env: { ...env, HOME: home }, shell });
    const program = `${home}/.local/bin/groundmist`;

    const first = await install('--version', '1.0.0');
    expect(first).toMatchObject({
      exitCode: 0,
      stderr: `Downloading groundmist 1.0.0 for ${process.platform}-${process.arch}\n`,
    });
    expect(first.stdout).toStartWith(`groundmist 1.0.0 is at ${program}\nWith it came: man page`);
    expect(first.stdout).toContain(`export PATH='${home.replace("'", String.raw`'\''`)}/.local/bin':"$PATH"`);
    expect(lstatSync(program).mode & 0o777).toBe(0o755);
    expect(readFileSync(`${home}/.local/share/man/man1/groundmist.1`, 'utf8')).toBe(
      'the man page of 1.0.0\n',
    );
    expect(entriesOf(`${home}/.local/bin`)).toEqual(['groundmist']);

    const second = await install();
    expect(second.stdout).toStartWith(`groundmist 1.2.0 is at ${program}, in place of 1.0.0\n`);
    expect(second.stdout).toContain(
      'A server that runs is the old one until you stop it and start it again.',
    );
    expect(readFileSync(`${home}/.local/share/man/man1/groundmist.1`, 'utf8')).toBe(
      'the man page of 1.2.0\n',
    );
    expect((await install('--version=v1.0.0')).stdout).toContain('in place of 1.2.0');

    const gone = await install('--uninstall');
    expect(gone).toMatchObject({ exitCode: 0, stderr: '' });
    expect(gone.stdout).toStartWith(`Removed ${program}\n`);
    expect(entriesOf(home).filter((path) => lstatSync(`${home}/${path}`).isFile())).toEqual([]);
    expect(await install('--uninstall')).toMatchObject({
      exitCode: 0,
      stdout: `There is no groundmist at ${program}\n`,
    });
  },
);

test('what is there already is not downloaded again; what is damaged is', async () => {
  using folder = personHome();
  const install = () => runInstaller([], { env: { ...env, HOME: folder.home } });
  await install();
  const before = lstatSync(`${folder.home}/.local/bin/groundmist`).ino;
  const asked = server.asked.length;
  const again = await install();
  expect(again.stdout).toStartWith(`groundmist 1.2.0 is at ${folder.home}/.local/bin/groundmist already\n`);
  expect(server.asked.slice(asked)).toEqual(['/latest', '/1.2.0/SHA256SUMS']);
  expect(lstatSync(`${folder.home}/.local/bin/groundmist`).ino).toBe(before);

  writeFileSync(`${folder.home}/.local/bin/groundmist`, 'half');
  expect((await install()).stdout).toStartWith(
    `groundmist 1.2.0 is at ${folder.home}/.local/bin/groundmist\n`,
  );
  expect(readFileSync(`${folder.home}/.local/bin/groundmist`, 'utf8')).toBe(smallProgram('1.2.0'));
});

test('with a prefix it goes there; a relative one is named as a whole', async () => {
  using folder = personHome();
  const { home } = folder;
  const { stdout } = await runInstaller(['--prefix', 'a/b/'], { env, cwd: home });
  expect(stdout).toStartWith(`groundmist 1.2.0 is at ${home}/a/b/bin/groundmist\n`);
  expect(stdout).toEndWith(`Next: ${home}/a/b/bin/groundmist init\n`);
  expect(entriesOf(`${home}/a/b`)).toContain('share/man/man1/groundmist.1');
});

test('without a HOME it asks where to go, and with a prefix needs none', async () => {
  using folder = personHome();
  for (const HOME of [undefined, '']) {
    const unset = await runInstaller([], { env: { ...env, ...(HOME === undefined ? {} : { HOME }) } });
    expect(unset).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'install.sh: HOME is not set. Name a folder with --prefix.\n',
    });
  }
  expect((await runInstaller(['--prefix', folder.home], { env })).exitCode).toBe(0);
});

test('a folder where the program would be is left alone, and so is all else', async () => {
  using folder = personHome();
  mkdirSync(`${folder.home}/.local/bin/groundmist`, { recursive: true });
  const before = entriesOf(folder.home);
  const { exitCode, stderr } = await runInstaller([], { env: { ...env, HOME: folder.home } });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: `install.sh: ${folder.home}/.local/bin/groundmist is a folder. Move it away, or name another place with --prefix.\n`,
  });
  expect(entriesOf(folder.home)).toEqual(before);
});

test('a link becomes the program, and what it led to stays', async () => {
  using folder = personHome();
  const { home } = folder;
  await runInstaller(['--prefix', `${home}/p`], { env });
  writeFileSync(`${home}/other`, 'another program');
  const program = `${home}/p/bin/groundmist`;
  await runInstaller(['--prefix', `${home}/p`, '--uninstall'], { env });
  symlinkSync('../../other', program);
  const { exitCode, stderr } = await runInstaller(['--prefix', `${home}/p`], { env });
  expect(exitCode).toBe(0);
  expect(stderr).toContain(
    `${program} was a link. It becomes the program itself; what it led to stays as it is.`,
  );
  expect(lstatSync(program).isFile()).toBe(true);
  expect(readFileSync(`${home}/other`, 'utf8')).toBe('another program');
});

test('a bin folder that is a link is followed', async () => {
  using folder = personHome();
  const { home } = folder;
  await runInstaller(['--prefix', `${home}/real`], { env });
  mkdirSync(`${home}/other`);
  symlinkSync('../real/bin', `${home}/other/bin`);
  using open = programFolder([]);
  symlinkSync(`${home}/real/bin`, open.at('bin'));
  const { stdout } = await runInstaller(['--prefix', open.path, '--version', '1.0.0'], { env });
  expect(stdout).toContain('in place of 1.2.0');
  expect(readlinkSync(open.at('bin'))).toBe(`${home}/real/bin`);
});

test('a folder that may not be written to is named before anything is downloaded', async () => {
  const asked = server.asked.length;
  for (const prefix of ['/usr', '/dev/null/programs', '/proc/nowhere']) {
    expect(await runInstaller(['--prefix', prefix], { env })).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `install.sh: ${prefix}/bin cannot be written to. Name another folder with --prefix, or run this as one who may write there.\n`,
    });
  }
  expect(server.asked.length).toBe(asked);
});

test('where the man page cannot go, the program is installed all the same', async () => {
  using folder = personHome();
  writeFileSync(`${folder.home}/share`, 'a file where the folder would be');
  const { exitCode, stdout } = await runInstaller(['--prefix', folder.home], { env });
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain('man page');
  expect(entriesOf(`${folder.home}/bin`)).toEqual(['groundmist']);
});

test('what an installer left that was killed is removed; what one is at work on is not', async () => {
  using folder = personHome();
  const bin = `${folder.home}/.local/bin`;
  const ended = Bun.spawnSync(['true']).pid;
  mkdirSync(bin, { recursive: true });
  const options = { env: { ...env, HOME: folder.home }, asRoot: true };
  for (const process of [ended, globalThis.process.pid]) mkdirSync(`${bin}/.groundmist-install.${process}`);
  await runInstaller(['--prefix', `${folder.home}/.local`], options);
  expect(entriesOf(bin)).toEqual([`.groundmist-install.${process.pid}`, 'groundmist']);
});

test('who has settings is not sent to init again', async () => {
  using folder = personHome();
  const settings = `${folder.home}/.config/groundmist/env`;
  mkdirSync(dirname(settings), { recursive: true });
  writeFileSync(settings, '');
  const { stdout } = await runInstaller([], { env: { ...env, HOME: folder.home } });
  expect(stdout).toEndWith(`Settings are there: ${settings}\n`);
  expect(stdout).not.toContain('init');
});

test('what PATH lacks is said as the shell of the person has it', async () => {
  using folder = personHome();
  const { home } = folder;
  const bin = `${home}/.local/bin`;
  const install = async (more: Readonly<Record<string, string>>) =>
    (await runInstaller([], { env: { ...env, HOME: home, ...more } })).stdout;
  expect(await install({ SHELL: '/bin/zsh' })).toContain(`\n  export PATH=${bin}:"$PATH"\n`);
  expect(await install({ SHELL: '/usr/bin/fish' })).toContain(`\n  fish_add_path ${bin}\n`);
  const found = await install({ PATH: `${bin}:${process.env['PATH']}` });
  expect(found).not.toContain('Your shell');
  expect(found).toEndWith('Next: groundmist init\n');
  using other = programFolder([], { groundmist: 'true' });
  const hidden = await install({ PATH: `${other.path}:${bin}:${process.env['PATH']}` });
  expect(hidden).toContain(`Your shell finds another one first: ${other.at('groundmist')}\n`);
  expect(hidden).toEndWith(`Next: ${bin}/groundmist init\n`);
});
