import { expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { makeCertificates } from '../support/made-certificates.ts';
import { TestProxy } from '../support/test-proxy.ts';
import { Installation } from './server.ts';

interface Said {
  readonly findings: readonly { readonly check: string; readonly kind: string; readonly cause: string }[];
}

/** A public name has TLS; without a name that leads here, an address of this machine does. */
const address = Object.values(networkInterfaces())
  .flatMap((interfaces = []) => interfaces)
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

test.if(process.env['CI'] === 'true')(
  'this machine has an IPv4 address beside loopback, so that doctor is tried in CI',
  () => {
    expect(address).toBeDefined();
  },
);

test.skipIf(address === undefined)(
  'the binary tells a good proxy from one that drops WebSockets',
  async () => {
    await using installation = await Installation.create();
    const { good, root } = makeCertificates(address ?? '');
    using proxy = await TestProxy.start(good, address);
    const authority = `${installation.binary.folder}/root.pem`;
    writeFileSync(authority, root);
    installation.settings = {
      ...installation.settings,
      GROUNDMIST_HOST: `${address}:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: authority,
    };
    await installation.serve();
    proxy.upstreamPort = installation.port;
    const look = async (): Promise<readonly string[]> => {
      const { stdout, stderr } = await installation.run('doctor', '--json');
      if (stdout === '') throw new Error(stderr);
      const { findings } = JSON.parse(stdout) as Said;
      const ours = ['tls', 'proxy', 'client-address', 'sign-in', 'websocket'];
      return findings
        .filter(({ check }) => ours.includes(check))
        .map(({ check, kind }) => `${check} ${kind}`);
    };
    expect(await look()).toEqual(['tls ok', 'proxy ok', 'client-address ok', 'sign-in ok', 'websocket ok']);
    proxy.misbehaviour = {
      request: ({ start, headers }) => ({
        start,
        headers: headers.filter(([name]) => name.toLowerCase() !== 'upgrade'),
      }),
    };
    expect(await look()).toEqual([
      'tls ok',
      'proxy ok',
      'client-address ok',
      'sign-in ok',
      'websocket problem',
    ]);
  },
);
