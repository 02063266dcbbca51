import { expect, test } from 'bun:test';
import { explainLost, type Lost } from '../../../../src/features/doctor/reach/lost-probe.ts';
import { OutboundError } from '../../../../src/platform/outbound-error.ts';

const lost: Lost = {
  answered: { kind: 'answer', status: 404, body: '<h1>', program: undefined },
  found: { kind: 'elsewhere', why: 'what answers is not groundmist' },
  publicUrl: new URL('https://sync.example.com'),
  address: { address: '8.8.8.8', family: 4 },
  own: ['192.168.1.5'],
  proxy: { program: 'Caddy', upstream: '127.0.0.1:3031' },
  others: [],
};

test("another server at an address that is no longer this machine's points at the DNS record", () => {
  expect(explainLost({ ...lost, own: ['8.8.4.4'] })).toMatchObject({
    cure: expect.stringContaining('A record of sync.example.com to 8.8.4.4'),
  });
});

test.each(['SSLV3_ALERT_BAD_CERTIFICATE', 'TLSV1_ALERT_CERTIFICATE_REQUIRED'])(
  'a connection that ends with %s wants a certificate of apps, as Caddy and nginx say it in TLS 1.3',
  (alert) => {
    const message = `sync.example.com could not be reached: error:10000412:SSL routines:OPENSSL_internal:${alert}.`;
    const error = new OutboundError('unreachable', message);
    expect(explainLost({ ...lost, answered: { kind: 'none', error } })).toMatchObject({
      cause: expect.stringContaining('wants a certificate of whoever asks'),
      cure: expect.stringContaining('remove client_auth'),
    });
  },
);

test('a connection that breaks otherwise sends to the log', () => {
  const error = new OutboundError('unreachable', 'sync.example.com could not be reached: reset.');
  expect(explainLost({ ...lost, answered: { kind: 'none', error } })).toMatchObject({
    cure: expect.stringContaining('See the log of the proxy'),
  });
});
