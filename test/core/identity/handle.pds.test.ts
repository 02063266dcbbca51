import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { handleOf, pdsOf, signingKeyOf } from '../../../src/core/identity/did-document.ts';
import { parseDid } from '../../../src/core/identity/did.ts';
import { resolveHandle } from '../../../src/core/identity/handle.ts';
import { resolveDid } from '../../../src/core/identity/resolve-did.ts';
import { createOutbound, type Fetch } from '../../../src/platform/outbound.ts';
import { startPds, type Pds } from '../../support/pds.ts';
import { failureOf } from '../../support/rejection.ts';

/** A bound for what hangs: another process answers here. */
setDefaultTimeout(60_000);

const started = await startPds();
const isSkipped = 'skipped' in started;
if (isSkipped) console.warn(started.skipped);
const pds = started as Pds;
afterAll(async () => {
  if (!isSkipped) await pds.close();
});

/** The PDS is the host of all its handles; DNS has none of them. */
function resolution() {
  const outbound = createOutbound({ privateHosts: pds.privateHosts });
  const fetch: Fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!url.hostname.endsWith('.test')) return outbound(input, init);
    return outbound(new URL(url.pathname, pds.pdsUrl), { ...init, headers: { host: url.host } });
  };
  return { fetch, resolveTxt: async () => [], plcUrl: pds.plcUrl };
}

describe.skipIf(isSkipped)('with the reference PDS', () => {
  test('a handle leads to the account, whose document names handle, PDS and key', async () => {
    const account = await pds.createAccount();
    expect(await resolveHandle(account.handle, resolution())).toBe(account.did);
    const document = await resolveDid(account.did, resolution());
    expect(handleOf(document)).toBe(account.handle);
    expect(pdsOf(document).origin).toBe(pds.pdsUrl);
    expect(signingKeyOf(document).jwtAlg).toBe('ES256K');
  });

  test('a handle that nobody has is HandleNotFound', async () => {
    expect((await failureOf(resolveHandle('nobody-here.test', resolution()))).code).toBe('HandleNotFound');
  });

  test('a DID that the directory does not know is DidNotFound', async () => {
    const document = resolveDid(parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'), resolution());
    expect((await failureOf(document)).code).toBe('DidNotFound');
  });
});
