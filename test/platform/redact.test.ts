import { inspect } from 'node:util';
import { describe, expect, test } from 'bun:test';
import { hide, hideEnvironment, redact, redactBeginning, redactKnown } from '../../src/platform/redact.ts';
import { isSecretName } from '../../src/platform/secret-shapes.ts';

const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJkaWQ6cGxjOmEifQ.c2lnbmF0dXJl';
const age = 'AGE-SECRET-KEY-1QQPQZRRYGCA0WHHQZYUV7ZYXQ3Q7XG3W3Q7XG3W3Q7XG3W3Q7XQ';
const pem = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\nAAAA\n-----END EC PRIVATE KEY-----';

function asJwt(header: string): string {
  return [header, '{"sub":"x"}', 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}

const nest = (value: unknown): string => JSON.stringify(JSON.stringify(value));

describe('what looks like a secret is hidden', () => {
  test.each<[string, string, string]>([
    ['a sync token', 'the token gms_abcDEF-123_x is over', 'gms_'],
    ['a JWT', `no: ${jwt}.`, 'eyJ'],
    ['half a JWT', `no: ${jwt.slice(0, 30)}`, 'eyJ'],
    ['an age identity', `${age}\n`, 'QQPQ'],
    ['a private key', `it is ${pem} there`, 'MHcC'],
    ['a private key in JSON', JSON.stringify({ pem }), 'MHcC'],
    ['a private key that is cut off', pem.slice(0, 45), 'MHcC'],
    ['a token in a query', 'https://x/?a=b&token=s3cret-x&c=d', 's3cret'],
    ['an OAuth code in a query', 'http://127.0.0.1/callback?iss=x&code=s3cret&state=s3cret2', 's3cret'],
    ['a form', 'grant_type=refresh_token&refresh_token=s3cret', 's3cret'],
    ['an answer in JSON', '{"access_token": "s3cret\\"x", "expires_in": 3}', 's3cret'],
    ['JSON in JSON', JSON.stringify({ body: JSON.stringify({ password: 's3cret' }) }), 's3cret'],
    ['a private JWK', '{"kty":"EC","x":"abc","d":"s3cret"}', 's3cret'],
    ['a header', 'authorization: DPoP s3cret\naccept: x', 's3cret'],
    ['a proof', 'DPoP: s3cret', 's3cret'],
    ['a cookie', 'Cookie: a=s3cret; b=s3cret', 's3cret'],
    ['a scheme with its token', 'sent Bearer s3cret-s3cret-s3cret', 's3cret'],
    ['an app password', 'the PDS said abcd-efgh-2345-wxyz', 'efgh'],
    ['a refresh token of the PDS', `got ref-${'0a'.repeat(32)}`, '0a0a'],
    ['a JWT whose header begins with a blank', `no: ${asJwt('{ "alg":"none"}')}`, 'eyAi'],
    ['a JWT whose header begins with a line', `no: ${asJwt('{\n "alg":"none"}')}`, 'ewog'],
    ['a private key in Base64', Buffer.from(pem).toString('base64'), 'LS0tLS1CRUdJTi'],
    ['who one is in a URL', 'at https://alice:s3cret@host.example/x', 's3cret'],
    ['a token for a user in a URL', 'at https://s3cret@host.example/x', 's3cret'],
    ['an OAuth code in a fragment', 'http://127.0.0.1/callback#code=s3cret&state=s3cret2', 's3cret'],
    ['a query in a query', 'https://x/?next=https%3A%2F%2Fy%2F%3Ftoken%3Ds3cret', 's3cret'],
    ['a query in a query in a query', 'https://x/?a=b%253Ftoken%253Ds3cret', 's3cret'],
    ['an object as a program shows it', inspect({ password: 's3cret' }), 's3cret'],
    ['an object with quotes in it', inspect({ password: `a's3cret` }), 's3cret'],
    ['a pair of a header', '["authorization","s3cret"]', 's3cret'],
    ['a pair of a header, shown', inspect([['x-api-key', 's3cret']]), 's3cret'],
    ['a list of passwords', '{"password":["first","s3cret"]}', 's3cret'],
    ['an app password by name', '{"appPassword":"s3cret"}', 's3cret'],
    ['a key of an API', '{"apiKey":"s3cret","x":1}', 's3cret'],
    ['a JWT by name', '{"jwt":"s3cret"}', 's3cret'],
    ['JSON in JSON, four times', nest({ body: nest({ password: 'a"s3cret' }) }), 's3cret'],
    ['a line of an env file', 'GROUNDMIST_SYNC_SECRET_KEY=s3cret', 's3cret'],
    ['a line of an env file behind a value', 'PORT=3031GROUNDMIST_BACKUP_PASSPHRASE="s3 s3cret"', 's3cret'],
    ['another name of a password', 'ATPROTO_APP_PASSWORD = s3cret', 's3cret'],
    ['a pairing link', 'https://sync.example.com/pair/AbCd_123-xyz', 'AbCd'],
  ])('%s', (_what, text, secret) => {
    expect(text).toContain(secret);
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain('[hidden]');
  });
});

test.each([
  'The port 3031 of 127.0.0.1 is taken by another program. Choose another one with --port.',
  'Send a DPoP proof (RFC 9449) made for this request.',
  'did:plc:ewvi7nxzyoun6zhxrhs64oiz names the PDS https://pds.example.com',
  'heads 3f2a5b7c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2',
  '0f8fad5b-d9cb-469f-a165-70867728950e is a UUID, and automerge:2j9knpCseyhnK8izDmLpGP5WMdZQ a document',
  'This token opens nothing here (any more). POST /authenticate gives a new one.',
])('a sentence without secrets stays as it is: %s', (sentence) => {
  expect(redact(sentence)).toBe(sentence);
});

describe('what this process was given to keep is hidden in every form', () => {
  const secret = 'päss "wörd"/+?&=\\ canary';
  const bytes = Buffer.from(secret);
  test.each([
    ['as it is', secret],
    ['in a URL', encodeURIComponent(secret)],
    ['in a URL, in lower case', encodeURIComponent(secret).toLowerCase()],
    ['in JSON', JSON.stringify({ secret })],
    ['in hex', bytes.toString('hex').toUpperCase()],
    ['in Base64', bytes.toString('base64')],
    ['in base64url', bytes.toString('base64url')],
    ['in Basic credentials', Buffer.from(`user:${secret}`).toString('base64')],
    ['in Base64 of other length', Buffer.from(`userX:${secret}:more`).toString('base64')],
  ])('%s', (_form, text) => {
    hide(secret);
    const core = text.slice(8, -4);
    expect(redactKnown(`x ${text} y`)).not.toContain(core);
    expect(redactKnown(`x ${text} y`)).toContain('[hidden]');
  });

  test('but nothing so short that sentences would lose their words', () => {
    hide('an');
    expect(redactKnown('an answer')).toBe('an answer');
  });
});

test.each([
  ['{"password":"a\\"b","status":401}', '{"password":"[hidden]","status":401}'],
  ['{"body":"{\\"jwt\\":\\"a\\",\\"x\\":1}"}', '{"body":"{\\"jwt\\":\\"[hidden]\\",\\"x\\":1}"}'],
  ["{ password: 'a', status: 401 }", "{ password: '[hidden]', status: 401 }"],
  ['[["authorization","a b"],["accept","x"]]', '[["authorization","[hidden]"],["accept","x"]]'],
  [
    'PORT=1 GROUNDMIST_SYNC_SECRET_KEY=ab DATA_DIR=/srv',
    'PORT=1 GROUNDMIST_SYNC_SECRET_KEY=[hidden] DATA_DIR=/srv',
  ],
  ['https://a:b@pds.example/x?y', 'https://[hidden]@pds.example/x?y'],
])('what stands beside a secret stays: %s', (text, redacted) => {
  expect(redact(text)).toBe(redacted);
});

test('a key in hex is hidden as its bytes too, in Base64 and over several lines', () => {
  const key = Buffer.from('0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'hex');
  hide(key.toString('hex'));
  const texts = [0, 1, 2].map((offset) => Buffer.concat([Buffer.alloc(offset), key]).toString('base64'));
  for (const text of texts) {
    expect(redact(`x ${text} y`)).not.toContain(text.slice(8, 20));
    const [one, other] = [text.slice(0, 20), text.slice(20)];
    for (const gap of ['\n', '\r\n  ', '\\n', '\\\\r\\\\n', "' +\n  '"]) {
      const shown = redact(`before\n${one}${gap}${other}\nafter`);
      expect(shown).toStartWith('before\n');
      expect(shown).toEndWith('\nafter');
      expect(shown).not.toContain(one.slice(8));
      expect(shown).not.toContain(other.slice(0, 8));
    }
  }
});

test('a text that is cut ends in no half of a secret', () => {
  const secret = 'half-of-a-secret-that-is-known';
  hide(secret);
  const text = 'x'.repeat(20_000 - 15) + secret;
  expect(redactBeginning(text, 20_000)).toMatch(/^x+$/);
});

test.each([
  '\\',
  'ey-',
  '://a',
  '"d":"',
  "d: '",
  ';a',
  '\n',
  'token ',
  'e.',
  '-----BEGIN PRIVATE KEY-----',
  `"${'\\'.repeat(9)}`,
])('a long text of %j keeps nobody waiting', (part) => {
  // A pattern that looks again at every place would need minutes.
  expect(redact(part.repeat(64_000 / part.length))).toBeString();
});

test('a URL that a person is to open stays usable', () => {
  const url = 'https://pds.example.com/oauth/authorize?client_id=x&state=abc&request_uri=urn:req-123';
  expect(redactKnown(url)).toBe(url);
});

test('what the environment has under the name of a secret is hidden, and nothing else of it', () => {
  hideEnvironment({
    OTHER_TOKEN: 'environment-one',
    PASSWORD_STORE_DIR: '/home/alice',
    DATA_DIR: '/srv/groundmist',
  });
  expect(redactKnown('environment-one /home/alice /srv/groundmist')).toBe(
    '[hidden] /home/alice /srv/groundmist',
  );
});

test('half a character in a secret does no harm', () => {
  hide('secret-\ud800-half');
  expect(redactKnown('a secret-\ud800-half b')).toBe('a [hidden] b');
});

test('fields are known by their names', () => {
  for (const name of [
    'authorization',
    'DPoP',
    'cookie',
    'password',
    'syncToken',
    'access_token',
    'secretKey',
  ])
    expect(isSecretName(name)).toBe(true);
  for (const name of ['deviceId', 'reason', 'tokens', 'keyCount']) expect(isSecretName(name)).toBe(false);
});
