import { expect, test } from 'bun:test';
import { parseDid } from '../../../src/core/identity/did.ts';
import { makeServerDocument, serverAudiences } from '../../../src/core/identity/server-document.ts';

const secret = 'ab'.repeat(32);
const owner = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');

async function keyOf(host: string, key: string): Promise<string | undefined> {
  return (await makeServerDocument(new URL(host), key, owner)).verificationMethod[0]?.publicKeyMultibase;
}

test('a public name gives its did:web, with its owner, the service and the key that apps look for', async () => {
  const document = await makeServerDocument(new URL('https://sync.example.com'), secret, owner);
  expect(document).toEqual({
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: 'did:web:sync.example.com',
    controller: owner,
    verificationMethod: [
      {
        id: 'did:web:sync.example.com#groundmist_sync',
        type: 'Multikey',
        controller: 'did:web:sync.example.com',
        publicKeyMultibase: expect.stringMatching(/^zDn[1-9A-HJ-NP-Za-km-z]+$/),
      },
    ],
    service: [
      { id: '#groundmist_sync', type: 'GroundmistSync', serviceEndpoint: 'https://sync.example.com' },
    ],
  });
});

test('a port is percent-encoded in the DID and in both audiences', () => {
  expect(serverAudiences(new URL('http://localhost:3031'))).toEqual([
    'did:web:localhost%3A3031#groundmist_sync',
    'did:web:localhost%3A3031',
  ]);
});

test('the key follows from the secret alone', async () => {
  const key = await keyOf('https://a.example', secret);
  expect(await keyOf('https://b.example', secret)).toBe(key);
  expect(await keyOf('https://a.example', 'cd'.repeat(32))).not.toBe(key);
});

test('the key of a known secret stays what it is, for it is published', async () => {
  expect(await keyOf('https://a.example', secret)).toMatchInlineSnapshot(
    `"zDnaeUB9EhX9ZzF79i1FbSEAnE4i9FDryfRMcA5kbNuhaSWpJ"`,
  );
});
