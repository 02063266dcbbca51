import { describe, expect, test } from 'bun:test';
import type { FailureCode } from '../../../src/core/failure.ts';
import { parseDid } from '../../../src/core/identity/did.ts';
import { resolveDid } from '../../../src/core/identity/resolve-did.ts';
import { OutboundError } from '../../../src/platform/outbound-error.ts';
import { failureOf } from '../../support/rejection.ts';

const plc = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');

/** Resolves with what answers every request; gives the URLs that were asked. */
function resolving(did: string, answer: () => Response, plcUrl = 'https://plc.directory') {
  const asked: string[] = [];
  const fetch = async (input: string | URL | Request) => {
    asked.push(input instanceof Request ? input.url : String(input));
    return answer();
  };
  return { asked, document: resolveDid(parseDid(did), { plcUrl, fetch }) };
}

test.each([
  [plc, 'https://plc.directory', `https://plc.directory/${plc}`],
  [plc, 'http://127.0.0.1:2582/', `http://127.0.0.1:2582/${plc}`],
  ['did:web:example.com', 'https://plc.directory', 'https://example.com/.well-known/did.json'],
  ['did:web:localhost%3A3031', 'https://plc.directory', 'http://localhost:3031/.well-known/did.json'],
])('%s with the directory %s is at %s', async (did, plcUrl, url) => {
  const { asked, document } = resolving(did, () => Response.json({ id: did }), plcUrl);
  expect<string>((await document).id).toBe(did);
  expect(asked).toEqual([url]);
});

describe('each way to have no document has its name:', () => {
  const throwing = (reason: OutboundError['reason']) => () => {
    throw new OutboundError(reason, `It is ${reason}.`);
  };
  const empty = (status: number) => () => new Response('', { status });

  test.each<[FailureCode, string, () => Response]>([
    ['DidNotFound', 'plc.directory does not know it', empty(404)],
    ['DidGivenUp', 'plc.directory says that it was given up', empty(410)],
    ['IdentityUnreachable', 'plc.directory answered with status 500', empty(500)],
    ['IdentityUnreachable', 'plc.directory answered with status 429', empty(429)],
    ['IdentityUnreachable', 'It is unreachable', throwing('unreachable')],
    ['IdentityUnreachable', 'It is slow', throwing('slow')],
    ['IdentityUnreachable', 'GROUNDMIST_PRIVATE_HOSTS', throwing('forbidden')],
    ['DidDocumentInvalid', 'It is redirect', throwing('redirect')],
    ['DidDocumentInvalid', 'It is large', throwing('large')],
    ['DidDocumentInvalid', 'plc.directory did not answer with JSON', () => new Response('<html>')],
    ['DidDocumentInvalid', 'is not one', () => Response.json([])],
    ['DidDocumentInvalid', 'is that of "did:plc:x"', () => Response.json({ id: 'did:plc:x' })],
  ])('%s, "%s"', async (code, why, answer) => {
    const failure = await failureOf(resolving(plc, answer).document);
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(why);
    expect(failure.message).toContain(plc);
  });
});
