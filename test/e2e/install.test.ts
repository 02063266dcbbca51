import { expect, test } from 'bun:test';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../package.json' with { type: 'json' };
import { freePort } from '../support/free-port.ts';
import { giveToPerson, installerPath, personHome, personPrefix } from '../support/installer.ts';
import { startReleaseServer } from '../support/release-server.ts';
import { Binary } from './binary.ts';
import { ServerProcess } from './server-process.ts';

const manPage = join(import.meta.dir, '../../man/groundmist.1');

test('from nothing to a server, to a newer version beside it, to nothing again: all that the install page says', async () => {
  using binary = new Binary();
  using releases = startReleaseServer();
  await releases.publish(version, Bun.file(binary.path));
  releases.answer('/install.sh', () => new Response(readFileSync(installerPath)));
  using folder = personHome();
  const { home } = folder;
  giveToPerson(binary.folder);
  const env = {
    PATH: `${home}/.local/bin:${process.env['PATH']}`,
    HOME: home,
    GROUNDMIST_BASE_URL: releases.url,
  };
  /** One line as a person types it. */
  const type = async (line: string) => {
    const child = Bun.spawn([...personPrefix, 'sh', '-c', line], {
      cwd: home,
      env,
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [exitCode, stdout, stderr] = await Promise.all([
      child.exited,
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return { exitCode, stdout, stderr };
  };
  const start = () => new ServerProcess([...personPrefix, 'groundmist', 'serve'], env, home);
  const data = `${home}/.local/share/groundmist`;

  const installed = await type(`curl -fsSL ${releases.url}/install.sh | sh`);
  expect(installed.stdout).toStartWith(`groundmist ${version} is at ${home}/.local/bin/groundmist\n`);
  expect(installed.stdout).toEndWith('Next: groundmist init\n');
  expect(lstatSync(`${home}/.local/share/man/man1/groundmist.1`).size).toBe(lstatSync(manPage).size);

  const port = await freePort();
  const initial = `groundmist init --did did:plc:ewvi7nxzyoun6zhxrhs64oiz --local --port ${port} --yes`;
  expect(await type(initial)).toMatchObject({ exitCode: 0 });
  const old = start();
  await old.untilReady(`http://127.0.0.1:${port}`);

  // A newer version, which does what the old one does.
  const newer = `#!/bin/sh\nif [ "$*" = --version ]; then echo 'groundmist 99.0.0'; else exec '${binary.path}' "$@"; fi\n`;
  await releases.publish('99.0.0', newer);
  const upgraded = await type(`curl -fsSL ${releases.url}/install.sh | sh`);
  expect(upgraded.stdout).toStartWith(
    `groundmist 99.0.0 is at ${home}/.local/bin/groundmist, in place of ${version}\n`,
  );
  expect(upgraded.stdout).toContain(
    'A server that runs is the old one until you stop it and start it again.',
  );
  await old.untilReady(`http://127.0.0.1:${port}`);
  expect(await old.stop()).toMatchObject({ exitCode: 0 });
  const renewed = start();
  await renewed.untilReady(`http://127.0.0.1:${port}`);

  const busy = await type(`curl -fsSL ${releases.url}/install.sh | sh -s -- --uninstall --purge ${data}`);
  expect(busy).toMatchObject({
    exitCode: 5,
    stderr: expect.stringContaining(`A groundmist runs on ${data}`),
  });
  expect(await renewed.stop()).toMatchObject({ exitCode: 0 });

  const kept = await type(`curl -fsSL ${releases.url}/install.sh | sh -s -- --uninstall`);
  expect(kept.stdout).toEndWith(
    `Kept: the settings, ${home}/.config/groundmist/env\nKept: the documents, ${data}\nTo remove them too, run the same again with --purge ${data}\n`,
  );
  expect([
    existsSync(`${home}/.local/bin/groundmist`),
    existsSync(`${data}/.groundmist/control.sqlite`),
  ]).toEqual([false, true]);

  await type(`curl -fsSL ${releases.url}/install.sh | sh -s -- --version ${version}`);
  const purged = await type(`curl -fsSL ${releases.url}/install.sh | sh -s -- --uninstall --purge ${data}`);
  expect(purged.stdout).toEndWith(`Removed ${data}\nRemoved ${home}/.config/groundmist/env\n`);
  expect([lstatSync(home).isDirectory(), existsSync(data), existsSync(`${home}/.config/groundmist`)]).toEqual(
    [true, false, false],
  );
}, 60_000);
