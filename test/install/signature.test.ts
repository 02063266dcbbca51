import { expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../support/folder.ts';
import { isHere, personHome, programFolder, runInstaller } from '../support/installer.ts';
import { refuseRelease } from '../support/refused-release.ts';
import { fileName, smallProgram, startReleaseServer, sumOf } from '../support/release-server.ts';

const signed = test.skipIf(!isHere('minisign'));
const sums = `${sumOf(smallProgram('1.0.0'))}  ${fileName('1.0.0')}\n`;

/** A key of a test, and what it signs. */
function makeSigner() {
  const folder = temporaryFolder();
  const files = ['-p', folder.at('key.pub'), '-s', folder.at('key')];
  Bun.spawnSync(['minisign', '-G', '-W', '-f', ...files]);
  return {
    key: readFileSync(folder.at('key.pub'), 'utf8').split('\n')[1] ?? '',
    sign(text: string): string {
      writeFileSync(folder.at('signed'), text);
      Bun.spawnSync(['minisign', '-S', '-W', '-s', folder.at('key'), '-m', folder.at('signed')]);
      return readFileSync(folder.at('signed.minisig'), 'utf8');
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

signed('what is signed by the key that was named is installed', async () => {
  using signer = makeSigner();
  using server = startReleaseServer();
  await server.publish('1.0.0', smallProgram('1.0.0'));
  server.answer('/1.0.0/SHA256SUMS.minisig', () => new Response(signer.sign(sums)));
  using folder = personHome();
  const env = { HOME: folder.home, GROUNDMIST_BASE_URL: server.url, GROUNDMIST_MINISIGN_KEY: signer.key };
  expect(await runInstaller([], { env })).toMatchObject({ exitCode: 0 });
});

signed('what another key signed, what was changed, and what is not signed is refused', async () => {
  using signer = makeSigner();
  using stranger = makeSigner();
  const refuse = (answer: () => Response) =>
    refuseRelease((server) => server.answer('/1.0.0/SHA256SUMS.minisig', answer), {
      GROUNDMIST_MINISIGN_KEY: signer.key,
    });
  const unsigned = /is not signed by the key it has to be signed by\. Nothing was installed\.\n$/;
  expect(await refuse(() => new Response(stranger.sign(sums)))).toMatch(unsigned);
  expect(await refuse(() => new Response(signer.sign(`${sums}\n`)))).toMatch(unsigned);
  expect(await refuse(() => new Response(''))).toMatch(unsigned);
  expect(await refuse(() => new Response('', { status: 404 }))).toMatch(
    /SHA256SUMS\.minisig is not there, so the signature of groundmist 1\.0\.0 cannot be had\./,
  );
});

test('who names a key and has nothing that checks it is not left unprotected', async () => {
  using programs = programFolder(
    'cat chmod curl cut grep head id mkdir mkfifo mv rm rmdir sed sh sha256sum tail tr uname wc'.split(' '),
  );
  const said = await refuseRelease(() => {}, { PATH: programs.path, GROUNDMIST_MINISIGN_KEY: 'RWQf' });
  expect(said).toMatch(/minisign is not here, .*; install it, or leave out GROUNDMIST_MINISIGN_KEY\.\n$/);
});
