import { expect } from 'bun:test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { entriesOf, giveToPerson, personHome, runInstaller } from './installer.ts';
import { smallProgram, startReleaseServer, type ReleaseServer } from './release-server.ts';

/** Upgrades to a release with a fault: it has to fail, and to leave the version that was there. Gives what was said. */
export async function refuseRelease(
  fault: (server: ReleaseServer) => void | Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  using server = startReleaseServer();
  await server.publish('1.0.0', smallProgram('1.0.0'));
  await fault(server);
  using folder = personHome();
  const bin = `${folder.home}/bin`;
  mkdirSync(bin);
  writeFileSync(`${bin}/groundmist`, 'what was there');
  giveToPerson(bin);
  const { exitCode, stdout, stderr } = await runInstaller(['--prefix', folder.home], {
    env: { GROUNDMIST_BASE_URL: server.url, GROUNDMIST_INSTALL_WAIT: '1', ...env },
  });
  expect({ exitCode, stdout, left: entriesOf(folder.home) }).toEqual({
    exitCode: 1,
    stdout: '',
    left: ['bin', 'bin/groundmist'],
  });
  expect(readFileSync(`${bin}/groundmist`, 'utf8')).toBe('what was there');
  return stderr;
}
