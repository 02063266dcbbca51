import { expect, test } from 'bun:test';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { releasedInstaller } from '../../release/installer.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/folder.ts';
import { installerPath, personHome, programFolder, runInstaller } from '../support/installer.ts';

const key = `RWQ${'f'.repeat(53)}`;

/** As much of a checkout as an installer is made of. */
function checkout(publicKey?: string): TemporaryFolder {
  const folder = temporaryFolder();
  mkdirSync(folder.at('release'));
  copyFileSync(installerPath, folder.at('install.sh'));
  if (publicKey !== undefined) writeFileSync(folder.at('release/minisign.pub'), publicKey);
  return folder;
}

test('what is released asks where it was released, and for the signature of the key of the project', async () => {
  using source = checkout(`untrusted comment: minisign public key\n${key}\n`);
  using release = personHome();
  using home = personHome();
  const answers = `for word; do
  case $word in
    */latest/download/latest) echo 1.2.3 ;;
    */SHA256SUMS) echo sums ;;
    https:*) exit 22 ;;
  esac
done`;
  using programs = programFolder([], { curl: answers, minisign: '' });
  writeFileSync(release.at('install.sh'), releasedInstaller(source.path, 'mist/groundmist'));
  const { exitCode, stderr } = await runInstaller([], {
    script: release.at('install.sh'),
    env: { HOME: home.home, PATH: `${programs.path}:${process.env['PATH']}` },
  });
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    'https://github.com/mist/groundmist/releases/download/v1.2.3/SHA256SUMS.minisig could not be downloaded.',
  );
});

test('two lines differ from the one of the checkout, or none', () => {
  using source = checkout(`untrusted comment: minisign public key\n${key}\n`);
  using bare = checkout();
  const script = readFileSync(installerPath, 'utf8');
  const lines = releasedInstaller(source.path, 'mist/groundmist').split('\n');
  expect(lines.filter((line, index) => line !== script.split('\n')[index])).toEqual([
    'official_base=https://github.com/mist/groundmist/releases/download',
    `official_key=${key}`,
  ]);
  expect(releasedInstaller(bare.path, undefined)).toBe(script);
});

test('a key that is none is refused', () => {
  using source = checkout('untrusted comment: minisign public key\nnothing\n');
  expect(() => releasedInstaller(source.path, 'mist/groundmist')).toThrow('has no public key of minisign');
});
