import { afterAll, expect, setDefaultTimeout, test } from 'bun:test';
import { signingKeyOf } from '../../src/core/identity/did-document.ts';
import { resolveDid } from '../../src/core/identity/resolve-did.ts';
import { createOutbound } from '../../src/platform/outbound.ts';
import { verifySig } from '@atcute/crypto';
import { startPds, type Pds } from './pds.ts';

/** A bound for what hangs: other processes answer here. */
setDefaultTimeout(60_000);

const pds = await startPds();
const isSkipped = 'skipped' in pds;
if (isSkipped) console.warn(pds.skipped);
const real = pds as Pds;
afterAll(async () => {
  if (!isSkipped) await pds.close();
});

test.skipIf(isSkipped)(
  'the reference PDS makes accounts whose service JWTs their DID document verifies',
  async () => {
    const account = await real.createAccount();
    const fetch = createOutbound({ privateHosts: real.privateHosts });
    const document = await resolveDid(account.did, { plcUrl: real.plcUrl, fetch });
    const jwt = await account.serviceJwt({
      aud: 'did:web:sync.example.com',
      lxm: 'xyz.groundmist.sync.authenticate',
    });
    const dot = jwt.lastIndexOf('.');
    const signature = Buffer.from(jwt.slice(dot + 1), 'base64url');
    const message = new TextEncoder().encode(jwt.slice(0, dot));
    expect(await verifySig(signingKeyOf(document), signature, message)).toBe(true);
  },
);
