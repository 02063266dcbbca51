import { expect, test } from 'bun:test';
import { base58 } from '../../support/base58.ts';
import { makeSigningKey, type Algorithm } from '../../support/plc.ts';
import { verifySig } from '@atcute/crypto';
import { handleOf, parseDidDocument, pdsOf, signingKeyOf } from '../../../src/core/identity/did-document.ts';
import { parseDid } from '../../../src/core/identity/did.ts';

const did = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
const message = new TextEncoder().encode('message');

function documentWith(parts: Record<string, unknown>): unknown {
  return { '@context': 'https://www.w3.org/ns/did/v1', id: did, ...parts };
}

test.each<[Algorithm, string]>([
  ['ES256K', 'EcdsaSecp256k1VerificationKey2019'],
  ['ES256', 'EcdsaSecp256r1VerificationKey2019'],
])('an %s key is read in the Multikey and in the older form', async (algorithm, olderType) => {
  const key = await makeSigningKey(algorithm);
  const signature = await key.sign(message);
  const { x = '', y = '' } = await key.exportPublicKey('jwk');
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const forms = [
    { id: `${did}#atproto`, type: 'Multikey', publicKeyMultibase: await key.exportPublicKey('multikey') },
    { id: '#atproto', type: olderType, publicKeyMultibase: `z${base58(point)}` },
  ];
  for (const form of forms) {
    const json = documentWith({ verificationMethod: [{ controller: did, ...form }] });
    const found = signingKeyOf(parseDidDocument(did, json));
    expect(found.jwtAlg).toBe(algorithm);
    expect(await verifySig(found, signature, message)).toBe(true);
  }
});

test('handle and PDS are read, the handle in lower case', () => {
  const document = parseDidDocument(
    did,
    documentWith({
      alsoKnownAs: ['https://elsewhere.example', 'at://Alice.Example.com'],
      service: [
        { id: '#other', type: 'Other', serviceEndpoint: { uri: 'https://other.example' } },
        {
          id: `${did}#atproto_pds`,
          type: 'AtprotoPersonalDataServer',
          serviceEndpoint: 'https://pds.example.com',
        },
      ],
    }),
  );
  expect(handleOf(document)).toBe('alice.example.com');
  expect(pdsOf(document).origin).toBe('https://pds.example.com');
});

test('what is missing is said', () => {
  const empty = parseDidDocument(did, documentWith({}));
  expect(handleOf(empty)).toBeUndefined();
  expect(() => pdsOf(empty)).toThrow(`The DID document of ${did} names no PDS (#atproto_pds).`);
  expect(() => signingKeyOf(empty)).toThrow('names no signing key (#atproto).');
});

test.each([
  ['a file', 'file:///etc/passwd'],
  ['a path', 'https://pds.example.com/path'],
  ['a list', ['https://pds.example.com']],
])('a PDS that is %s counts as none', (_what, serviceEndpoint) => {
  const service = [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint }];
  expect(() => pdsOf(parseDidDocument(did, documentWith({ service })))).toThrow('names no PDS');
});

test('a key of another kind is refused', () => {
  const method = {
    id: '#atproto',
    type: 'Multikey',
    controller: did,
    publicKeyMultibase: 'z6MkhaXgBZDvotDkL5257f',
  };
  const document = parseDidDocument(did, documentWith({ verificationMethod: [method] }));
  expect(() => signingKeyOf(document)).toThrow('of a kind that atproto does not know');
});

test.each([
  ['null', null, 'is not one'],
  ['a list', [], 'is not one'],
  ['wrong parts', { id: did, service: 'x' }, 'is not one: service:'],
  [
    'the document of another',
    { id: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' },
    'is that of "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"',
  ],
])('%s is refused', (_what, json, why) => {
  expect(() => parseDidDocument(did, json)).toThrow(`The DID document of ${did} ${why}`);
});
