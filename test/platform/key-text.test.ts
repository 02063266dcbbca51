import { expect, test } from 'bun:test';
import { generateKeyPairSync } from 'node:crypto';
import { looksLikeKey } from '../../src/platform/key-text.ts';

const elliptic = ['P-256', 'P-384'].map((namedCurve) => generateKeyPairSync('ec', { namedCurve }).privateKey);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const all = [generateKeyPairSync('ed25519').privateKey, ...elliptic, rsa];

/** In the forms that OpenSSL writes. */
const keys: readonly Buffer[] = [
  ...all.map((key) => key.export({ type: 'pkcs8', format: 'der' })),
  ...elliptic.map((key) => key.export({ type: 'sec1', format: 'der' })),
  rsa.export({ type: 'pkcs1', format: 'der' }),
];

test.each(keys)('a key is known as PEM, DER, Base64 and hex, whole or its first line', (der) => {
  const base64 = der.toString('base64');
  const pem = `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----\n`;
  const texts = [pem, pem.slice(0, 20), Buffer.from(pem).toString('base64'), base64, base64.slice(0, 64)];
  for (const text of [...texts, der.toString('hex'), der.toString('latin1'), der.toString()])
    expect(looksLikeKey(text)).toBe(true);
});

test.each([
  '/etc/ssl/private/sync.example.com.pem',
  'MIGRATION/of/the/certificates/of/my/own/server/key.pem',
  './MA2CAQ/key',
  '/run/credentials/groundmist.service/tls-key',
  '0/key.pem',
  '/srv/schlüssel/ключ.pem',
  '3082.pem',
])('a path is none: %s', (path) => {
  expect(looksLikeKey(path)).toBe(false);
});
