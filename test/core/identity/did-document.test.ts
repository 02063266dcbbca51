import { describe, expect, test } from 'bun:test';
import { z } from 'zod';
import { base58 } from '../../support/base58.ts';
import { makeSigningKey, type Algorithm } from '../../support/plc.ts';
import { verifySig } from '@atcute/crypto';
import { handleOf, parseDidDocument, pdsOf, signingKeyOf } from '../../../src/core/identity/did-document.ts';
import { parseDid } from '../../../src/core/identity/did.ts';
import { Failure } from '../../../src/core/failure.ts';
import { interopJson } from '../../support/interop.ts';

const did = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
const signed = new TextEncoder().encode('message');

function thrownBy(action: () => unknown): Failure {
  try {
    action();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function documentWith(parts: Record<string, unknown>): unknown {
  return { '@context': 'https://www.w3.org/ns/did/v1', id: did, ...parts };
}

test.each<[Algorithm, string]>([
  ['ES256K', 'EcdsaSecp256k1VerificationKey2019'],
  ['ES256', 'EcdsaSecp256r1VerificationKey2019'],
])('an %s key is read in the Multikey and in the older form', async (algorithm, olderType) => {
  const key = await makeSigningKey(algorithm);
  const signature = await key.sign(signed);
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
    expect(await verifySig(found, signature, signed)).toBe(true);
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

describe('what is not of the usual form hides nothing of ours', () => {
  const pds = {
    id: '#atproto_pds',
    type: 'AtprotoPersonalDataServer',
    serviceEndpoint: 'https://pds.example.com',
  };

  test.each([
    [{ type: 'Other', serviceEndpoint: 'https://other.example' }],
    ['text'],
    [null],
    [{ id: 7, type: [7] }],
    [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer' }],
  ])('a service %j', (odd) => {
    const document = parseDidDocument(did, documentWith({ service: [odd, pds] }));
    expect(pdsOf(document).host).toBe('pds.example.com');
  });

  test.each([
    ['did:key:zx#key'],
    [{ id: '#other', controller: [did] }],
    [null],
    [{ id: '#atproto', type: 7 }],
  ])('a verification method %j', async (odd) => {
    const key = await makeSigningKey('ES256');
    const publicKeyMultibase = await key.exportPublicKey('multikey');
    const ours = { id: '#atproto', type: 'Multikey', controller: [did, 'did:web:x.com'], publicKeyMultibase };
    const document = parseDidDocument(did, documentWith({ verificationMethod: [odd, ours] }));
    expect(signingKeyOf(document).jwtAlg).toBe('ES256');
  });

  test('a name that is no text, and lists that are none', () => {
    const named = parseDidDocument(
      did,
      documentWith({ alsoKnownAs: [7, 'at://alice.example.com'], service: 'x' }),
    );
    expect(handleOf(named)).toBe('alice.example.com');
    expect(thrownBy(() => pdsOf(named)).code).toBe('PdsMissing');
    const bare = parseDidDocument(did, documentWith({ alsoKnownAs: null, verificationMethod: {} }));
    expect(handleOf(bare)).toBeUndefined();
    expect(thrownBy(() => signingKeyOf(bare)).code).toBe('SigningKeyMissing');
  });

  test('but the first PDS is the account’s one, good or not', () => {
    const service = [{ ...pds, serviceEndpoint: 'http://pds.example.com' }, pds];
    expect(thrownBy(() => pdsOf(parseDidDocument(did, documentWith({ service })))).code).toBe('PdsInvalid');
  });
});

test('what is missing is said, each by its name', () => {
  const empty = parseDidDocument(did, documentWith({}));
  expect(handleOf(empty)).toBeUndefined();
  expect(thrownBy(() => pdsOf(empty))).toMatchObject({
    code: 'PdsMissing',
    message: `The DID document of ${did} names no PDS (#atproto_pds).`,
  });
  expect(thrownBy(() => signingKeyOf(empty))).toMatchObject({
    code: 'SigningKeyMissing',
    message: `The DID document of ${did} names no signing key (#atproto).`,
  });
});

describe('a PDS', () => {
  const pdsAt = (serviceEndpoint: unknown, more: object = {}) => {
    const service = [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint, ...more }];
    return () => pdsOf(parseDidDocument(did, documentWith({ service })));
  };

  test.each([
    ['https://pds.example.com', 'https://pds.example.com/'],
    ['https://pds.example.com/', 'https://pds.example.com/'],
    ['https://PDS.example.com:8443', 'https://pds.example.com:8443/'],
    ['http://localhost:2583', 'http://localhost:2583/'],
    ['http://127.0.0.1:2583', 'http://127.0.0.1:2583/'],
    ['http://[::1]:2583', 'http://[::1]:2583/'],
  ])('at %s is taken', (endpoint, href) => {
    expect(pdsAt(endpoint)().href).toBe(href);
  });

  test.each([
    ['pds.example.com', 'that is no URL'],
    ['', 'that is no URL'],
    ['file:///etc/passwd', 'that is no https URL'],
    ['ftp://pds.example.com', 'that is no https URL'],
    ['http://pds.example.com', 'without TLS'],
    ['http://169.254.169.254', 'without TLS'],
    ['https://pds.example.com/path', 'with more in its URL than a host'],
    ['https://pds.example.com/?x', 'with more in its URL than a host'],
    ['https://pds.example.com/#x', 'with more in its URL than a host'],
    ['http://localhost:2583/path', 'with more in its URL than a host'],
    ['https://user@pds.example.com', 'with a user in its URL'],
    ['https://:secret@pds.example.com', 'with a user in its URL'],
    ['https://\u001b[2J', 'that is no URL'],
  ])('at "%s" is refused: %s', (endpoint, why) => {
    const { code, message } = thrownBy(pdsAt(endpoint));
    expect(code).toBe('PdsInvalid');
    expect(message).toEndWith(`${why}.`);
    // oxlint-disable-next-line no-control-regex
    expect(message).not.toMatch(/[\u0000-\u001f]/);
  });

  test.each([[['https://pds.example.com']], [{ uri: 'https://pds.example.com' }], [null]])(
    'that is %j is refused',
    (endpoint) => {
      expect(thrownBy(pdsAt(endpoint)).code).toBe('PdsInvalid');
    },
  );

  test('of another type or another id is none', () => {
    expect(thrownBy(pdsAt('https://x.com', { type: 'NotAtprotoPersonalDataServer' })).code).toBe(
      'PdsMissing',
    );
    expect(thrownBy(pdsAt('https://x.com', { id: 'did:plc:x#atproto_pds' })).code).toBe('PdsMissing');
    expect(pdsAt('https://x.com', { type: ['Other', 'AtprotoPersonalDataServer'] })().host).toBe('x.com');
  });

  test('that is named at length is cut', () => {
    expect(thrownBy(pdsAt(`https://x.com/${'x'.repeat(5000)}`)).message.length).toBeLessThan(250);
  });
});

test('a key of another kind is refused', () => {
  const method = {
    id: '#atproto',
    type: 'Multikey',
    controller: did,
    publicKeyMultibase: 'z6MkhaXgBZDvotDkL5257f',
  };
  const document = parseDidDocument(did, documentWith({ verificationMethod: [method] }));
  const { code, message } = thrownBy(() => signingKeyOf(document));
  expect(code).toBe('SigningKeyInvalid');
  expect(message).toContain('of a kind that atproto does not know');
});

describe('the protocol’s own keys', () => {
  const keyOf = (method: object) => {
    const verificationMethod = [{ id: `${did}#atproto`, controller: did, ...method }];
    return signingKeyOf(parseDidDocument(did, documentWith({ verificationMethod })));
  };

  const signatures = z.array(
    z.object({
      comment: z.string(),
      messageBase64: z.string(),
      algorithm: z.string(),
      didDocSuite: z.string(),
      publicKeyDid: z.string(),
      publicKeyMultibase: z.string(),
      signatureBase64: z.string(),
      validSignature: z.boolean(),
    }),
  );

  test.each(signatures.parse(interopJson('signature-fixtures')))(
    'are read in both forms: $comment',
    async (vector) => {
      const forms = [
        { type: vector.didDocSuite, publicKeyMultibase: vector.publicKeyMultibase },
        { type: 'Multikey', publicKeyMultibase: vector.publicKeyDid.replace('did:key:', '') },
      ];
      const signature = Buffer.from(vector.signatureBase64, 'base64');
      const vectorMessage = Buffer.from(vector.messageBase64, 'base64');
      for (const form of forms) {
        const key = keyOf(form);
        expect<string>(key.jwtAlg).toBe(vector.algorithm);
        expect(await verifySig(key, signature, vectorMessage)).toBe(vector.validSignature);
      }
    },
  );

  const pairs = z.array(z.object({ publicDidKey: z.string() }));
  test.each(['K256', 'P256'] as const)('are read of W3C’s did:key list of %s', (curve) => {
    const listed = pairs.parse(interopJson(`w3c_didkey_${curve}`));
    expect(listed.length).toBeGreaterThan(0);
    for (const { publicDidKey } of listed) {
      const key = keyOf({ type: 'Multikey', publicKeyMultibase: publicDidKey.replace('did:key:', '') });
      expect<string>(key.jwtAlg).toBe({ K256: 'ES256K', P256: 'ES256' }[curve]);
    }
  });
});

test.each([
  ['null', null, 'is not one'],
  ['a list', [], 'is not one'],
  ['one without an id', { service: [] }, 'is not one: id:'],
  [
    'the document of another',
    { id: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' },
    'is that of "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"',
  ],
])('%s is refused', (_what, json, why) => {
  const { code, message } = thrownBy(() => parseDidDocument(did, json));
  expect(code).toBe('DidDocumentInvalid');
  expect(message).toStartWith(`The DID document of ${did} ${why}`);
});
