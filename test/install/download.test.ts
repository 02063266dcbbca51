import { describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { temporaryFolder } from '../support/folder.ts';
import { busyboxFolder, isHere, personHome, programFolder, runInstaller } from '../support/installer.ts';
import { makeCertificates } from '../support/made-certificates.ts';
import { refuseRelease } from '../support/refused-release.ts';
import { fileName, smallProgram, startReleaseServer } from '../support/release-server.ts';

const sums = '/1.0.0/SHA256SUMS';
const file = `/1.0.0/${fileName('1.0.0')}`;
const certificates = makeCertificates('localhost');

const tools =
  'cat chmod cut grep head id mkdir mkfifo mv rm rmdir sed sh sha256sum tail timeout tr uname wc'.split(' ');
const downloaders = (
  [
    ['curl', () => programFolder([...tools, 'curl'])],
    ['wget', () => programFolder([...tools, 'wget'])],
    ['busybox', () => busyboxFolder()],
  ] as const
).filter(([name]) => isHere(name));

function endless(): Response {
  return new Response(
    new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(65_536));
      },
    }),
  );
}

/** A server that answers each connection with these bytes, and then closes it or says no more. */
async function rawServer(bytes: string, isClosed: boolean): Promise<Disposable & { readonly url: string }> {
  const opened = new Set<Socket>();
  const server = createServer((socket) => {
    opened.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => (isClosed ? socket.end(bytes) : socket.write(bytes)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.dispose]: () => {
      for (const socket of opened) socket.destroy();
      server.close();
    },
  };
}

/** A release over TLS, whose certificate the machine may know or not. */
async function secureRelease() {
  const server = startReleaseServer({ tls: certificates.good });
  await server.publish('1.0.0', smallProgram('1.0.0'));
  return server;
}

describe.each(downloaders)('by %s', (name, makeFolder) => {
  test('what is not there is named', async () => {
    using programs = makeFolder();
    const said = await refuseRelease(
      (server) => server.answer(sums, () => new Response('no', { status: 404 })),
      { PATH: programs.path },
    );
    expect(said).toMatch(
      /^install\.sh: \S+SHA256SUMS is not there, so the list of checksums of groundmist 1\.0\.0 cannot be had\. Nothing was installed; look whether this is the right version, and the right place\.\n$/,
    );
  });

  test('a server that fails is told from one that is not reached', async () => {
    using programs = makeFolder();
    const env = { PATH: programs.path };
    const failing = await refuseRelease(
      (server) => server.answer(file, () => new Response('', { status: 500 })),
      env,
    );
    expect(failing).toMatch(
      / could not be downloaded \(.*500.*\)\. Nothing was installed; look at the network and run this again\.\n$/,
    );
    const away = await refuseRelease(() => {}, { ...env, GROUNDMIST_BASE_URL: 'http://127.0.0.1:1' });
    expect(away).toMatch(/ could not be downloaded \(.*(?:connect|refused).*\)\./i);
  });

  test('an answer that never ends is cut off', async () => {
    using programs = makeFolder();
    const said = await refuseRelease((server) => server.answer(sums, endless), { PATH: programs.path });
    expect(said).toMatch(
      / is larger than the list of checksums of groundmist 1\.0\.0 can be\. Nothing was installed;/,
    );
  });

  test('an answer that breaks off is not taken', async () => {
    using programs = makeFolder();
    using server = await rawServer('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n1.0.0\n', true);
    const said = await refuseRelease(() => {}, { PATH: programs.path, GROUNDMIST_BASE_URL: server.url });
    expect(said).toMatch(/latest could not be downloaded/);
  });

  test('it is not led to an address without TLS, also where that has the right thing', async () => {
    using programs = makeFolder();
    using other = startReleaseServer();
    await other.publish('1.0.0', smallProgram('1.0.0'));
    const said = await refuseRelease(
      (server) => server.answer(sums, () => Response.redirect(other.url + sums, 302)),
      { PATH: programs.path },
    );
    expect(said).toMatch(
      /SHA256SUMS leads to an address without TLS, which is not to be believed\. Nothing was installed\.\n$/,
    );
  });

  test('a certificate that nobody vouches for is not taken, whatever the person has configured', async () => {
    using programs = makeFolder();
    using server = await secureRelease();
    using settings = temporaryFolder();
    writeFileSync(settings.at('.curlrc'), 'insecure\n');
    writeFileSync(settings.at('.wgetrc'), 'check_certificate = off\n');
    const env = {
      PATH: programs.path,
      HOME: settings.path,
      WGETRC: settings.at('.wgetrc'),
      GROUNDMIST_BASE_URL: server.url,
    };
    expect(await refuseRelease(() => {}, env)).toMatch(
      name === 'busybox'
        ? /^install\.sh: The wget of this system does not look at certificates, .* install curl and run this again\.\n$/
        : / could not be downloaded \(.*(?:certificate|ERROR).*\)\./i,
    );
  });
});

test.each(downloaders)('this machine is asked without a proxy: %s', async (_, programs) => {
  using folder = personHome();
  using path = programs();
  using server = startReleaseServer();
  await server.publish('1.0.0', smallProgram('1.0.0'));
  using proxy = startReleaseServer();
  const names = ['http_proxy', 'https_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
  const proxies = Object.fromEntries(names.map((name) => [name, proxy.url]));
  const env = { ...proxies, HOME: folder.home, PATH: path.path, GROUNDMIST_BASE_URL: server.url };
  expect(await runInstaller([], { env })).toMatchObject({ exitCode: 0 });
  expect(proxy.asked).toEqual([]);
});

test.each(['curl', 'wget'])('a server that is silent is left: %s', async (name) => {
  using programs = programFolder([...tools, name]);
  using server = await rawServer('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n1.0', false);
  const said = await refuseRelease(() => {}, { PATH: programs.path, GROUNDMIST_BASE_URL: server.url });
  expect(said).toMatch(/ is silent or too slow\. Nothing was installed; try again later\.\n$/);
});

test('a release as GitHub has it is installed: another address for the newest, and each led on, with TLS', async () => {
  using store = await secureRelease();
  using server = startReleaseServer({ tls: certificates.good });
  const lead = (from: string, to: string) =>
    server.answer(from, () => Response.redirect(store.url + to, 302));
  lead('/owner/groundmist/releases/latest/download/latest', '/latest');
  lead(`/owner/groundmist/releases/download/v${sums.slice(1)}`, sums);
  lead(`/owner/groundmist/releases/download/v${file.slice(1)}`, file);
  using folder = personHome();
  writeFileSync(folder.at('root.pem'), certificates.root);
  const base = `${server.url}/owner/groundmist/releases/download`;
  const { exitCode, stdout } = await runInstaller([], {
    env: { GROUNDMIST_BASE_URL: base, HOME: folder.home, CURL_CA_BUNDLE: folder.at('root.pem') },
  });
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: expect.stringContaining('groundmist 1.0.0 is at '),
  });
});
