import { describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { caddyfileText } from '../../../src/features/init/caddyfile.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { freePort } from '../../support/free-port.ts';

const site = { host: 'sync.example.com', port: '3031', listen: '127.0.0.1' };

test.each([
  ['127.0.0.1', '127.0.0.1:4000'],
  ['::1', '[::1]:4000'],
  ['[::1]', '[::1]:4000'],
  ['0.0.0.0', '127.0.0.1:4000'],
  ['::', '[::1]:4000'],
  ['localhost', 'localhost:4000'],
  ['192.0.2.7', '192.0.2.7:4000'],
])('a server that listens on %s is reached at %s', (listen, upstream) => {
  expect(caddyfileText({ ...site, listen, port: '4000' })).toContain(`\n\treverse_proxy ${upstream}\n`);
});

test.each([
  [
    'sync.example.com',
    ['sync.example.com, http://sync.example.com', 'sync.example.com., http://sync.example.com.'],
  ],
  [
    'sync.example.com:8443',
    ['sync.example.com:8443, http://sync.example.com', 'sync.example.com.:8443, http://sync.example.com.'],
  ],
  ['192.0.2.7', ['192.0.2.7, http://192.0.2.7']],
  ['[2001:db8::7]:8443', ['[2001:db8::7]:8443, http://[2001:db8::7]']],
])('%s is taken however a URL leads to it', (host, addresses) => {
  const lines = caddyfileText({ ...site, host }).split('\n');
  expect(lines.filter((line) => /^[^#\t].* \{$/.test(line))).toEqual(addresses.map((one) => `${one} {`));
});

const noCaddy = Bun.which('caddy') === null ? ' (skipped: caddy is not installed)' : '';

describe.skipIf(noCaddy !== '')(`Caddy itself${noCaddy}`, () => {
  test('takes the file as valid and as formatted', () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at('Caddyfile'), caddyfileText(site));
    const env = {
      ...process.env,
      HOME: folder.path,
      XDG_DATA_HOME: folder.path,
      XDG_CONFIG_HOME: folder.path,
    };
    const validate = ['caddy', 'validate', '--config', folder.at('Caddyfile')];
    expect(Bun.spawnSync(validate, { env }).exitCode).toBe(0);
    const formatted = Bun.spawnSync(['caddy', 'fmt', folder.at('Caddyfile')], { env });
    expect(formatted.stdout.toString()).toBe(caddyfileText(site));
  });

  test('passes requests on, and logs none of them, however the name is spelled and also beside sites that log', async () => {
    using folder = temporaryFolder();
    const [port, httpPort, upstream] = [await freePort(), await freePort(), await freePort()];
    const text = caddyfileText({ ...site, host: 'sync.localhost', port: String(upstream) });
    const options = `{\n\tadmin off\n\tlocal_certs\n\tskip_install_trust\n\thttp_port ${httpPort}\n\thttps_port ${port}\n}\n`;
    const beside = `other.localhost, http:// {\n\tlog\n\trespond other\n}\n`;
    writeFileSync(folder.at('Caddyfile'), `${options}${text}${beside}`);
    const env = {
      ...process.env,
      HOME: folder.path,
      XDG_DATA_HOME: folder.path,
      XDG_CONFIG_HOME: folder.path,
    };
    const caddy = Bun.spawn(['caddy', 'run', '--config', folder.at('Caddyfile')], {
      env,
      stdout: 'ignore',
      stderr: 'pipe',
    });
    const secrets = { DPoP: 'gms_proof', Referer: 'https://app.example/?gms_referer' };
    const ask = (name: string, path: string, headers: Readonly<Record<string, string>> = secrets) =>
      fetch(`https://127.0.0.1:${port}${path}`, {
        headers: { Host: `${name}:${port}`, ...headers },
        tls: { rejectUnauthorized: false, serverName: 'sync.localhost' },
      }).catch(() => undefined);
    const refused = await eventually('Caddy answers', () => ask('sync.localhost', '/first?token=gms_secret'));
    expect(refused.status).toBe(502);
    expect((await ask('Sync.Localhost', '/first?token=gms_secret'))?.status).toBe(502);
    const server = Bun.serve({
      hostname: '127.0.0.1',
      port: upstream,
      fetch: (request) => new Response(new URL(request.url).search),
    });
    for (const name of ['sync.localhost', 'Sync.Localhost', 'SYNC.localhost']) {
      expect(await (await ask(name, '/second?token=gms_secret'))?.text()).toBe('?token=gms_secret');
    }
    await ask('other.localhost', '/other', {});
    caddy.kill();
    const log = await new Response(caddy.stderr).text();
    await server.stop(true);
    expect(log).toContain('"uri":"/other"');
    expect(log).not.toContain('gms_');
  });
});
