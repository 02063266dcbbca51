import { beforeEach, expect, test } from 'bun:test';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../../support/folder.ts';
import { did, init, machine } from './wizard.ts';

const named = { ATPROTO_DID: did, GROUNDMIST_HOST: 'mist.example.com' };
const auto = { GROUNDMIST_TLS: 'auto' };
const off = { GROUNDMIST_TLS: 'off' };

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});

type Flags = Readonly<Record<string, string>>;

/** Runs `init` with these flags, and gives what it said beside the lines of the env file. */
async function set(flags: Flags, changed: Parameters<typeof machine>[1] = {}) {
  const { notes, output, error } = await init({
    surroundings: machine(folder.path, { firstOpenPort: 80, ...changed }),
    flags: { ...named, ...flags },
  });
  expect(error).toBeUndefined();
  return { said: notes.join('\n'), output, lines: readFileSync(folder.at('.env'), 'utf8').split('\n') };
}

test('ports and addresses that init wrote follow the mode, there and back', async () => {
  await set({});
  const there = await set(auto);
  expect(there.lines).toContain('PORT=443');
  expect(there.lines).toContain('GROUNDMIST_LISTEN=::');
  const { lines, said } = await set(off);
  expect(lines).toContain('PORT=3031');
  expect(lines.join('\n')).not.toContain('::');
  expect(said).not.toContain('stays');
});

test('those that a person chose are kept, with a sentence on what that means', async () => {
  await set({ PORT: '8081', GROUNDMIST_LISTEN: '0.0.0.0' });
  const there = await set(auto);
  expect(there.lines).toContain('PORT=8081');
  expect(there.said).toContain('PORT=8081 stays, for somebody chose it');
  const back = await set(off);
  expect(back.lines).toContain('GROUNDMIST_LISTEN=0.0.0.0');
  expect(back.said).toContain('GROUNDMIST_LISTEN=0.0.0.0 stays');
});

test('the port is the one that the public name says, and follows that', async () => {
  const eight = { ...auto, GROUNDMIST_HOST: 'mist.example.com:8443' };
  expect((await set(eight)).lines).toContain('PORT=8443');
  expect((await set(auto)).lines).toContain('PORT=443');
  expect((await set({ ...eight, PORT: '9443' })).lines).toContain('PORT=9443');
});

test('a server with certificate files of its own gets no Caddyfile', async () => {
  writeFileSync(folder.at('.env'), 'GROUNDMIST_TLS_CERT=/a/cert.pem\nGROUNDMIST_TLS_KEY=/a/key.pem\n');
  const { output, lines } = await set({});
  expect(existsSync(folder.at('Caddyfile'))).toBe(false);
  expect(output).not.toMatch(/proxy|HTTPS/);
  expect(lines).toContain('PORT=443');
});

test('who may not open the ports below 1024 hears of it, with the two ways', async () => {
  const { said } = await set(auto, { firstOpenPort: 1024 });
  expect(said).toContain('ports below 1024 are for root');
  expect(said).toContain('service install --system');
  expect(said).toContain('/etc/sysctl.d/50-groundmist.conf');
  expect((await set(auto)).said).not.toContain('for root');
});

test('a proxy elsewhere for port 80 is no port of this machine', async () => {
  appendFileSync(folder.at('.env'), 'GROUNDMIST_HTTP_PORT=8080\n');
  const { said } = await set({ ...auto, PORT: '8443' }, { firstOpenPort: 1024 });
  expect(said).not.toContain('for root');
});
