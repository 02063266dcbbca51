import { expect, test } from 'bun:test';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { makeSigningRequest } from '../../../src/core/certificate/signing-request.ts';
import { temporaryFolder } from '../../support/folder.ts';

test.each(['a.example', 'sync.example.com', `${'long.'.repeat(40)}example.com`])(
  'openssl reads the request for %s, and believes its signature',
  (name) => {
    using folder = temporaryFolder();
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(folder.at('request.der'), makeSigningRequest(name, privateKey));
    const command = ['openssl', 'req', '-inform', 'DER', '-in', folder.at('request.der'), '-verify', '-text'];
    const { exitCode, stdout, stderr } = Bun.spawnSync(command, { stderr: 'pipe' });
    expect(exitCode).toBe(0);
    expect(stderr.toString()).toContain('OK');
    expect(stdout.toString()).toContain(`DNS:${name}\n`);
    expect(stdout.toString()).toContain('ASN1 OID: prime256v1');
  },
);
