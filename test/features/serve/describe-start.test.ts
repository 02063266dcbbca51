import { expect, test } from 'bun:test';
import { parseDid } from '../../../src/core/identity/did.ts';
import { Reports, type Report } from '../../../src/core/reports.ts';
import { describeServer } from '../../../src/features/serve/describe-server.ts';
import { describeStart, whyOtherPort, type Started } from '../../../src/features/serve/describe-start.ts';
import type { OwnTls } from '../../../src/features/serve/own-tls.ts';

const order = { authority: 'https://authority.example/directory', name: 'sync.example.com' };
const auto: OwnTls = { kind: 'auto', order, httpPort: 8081 };
const none: Report = {
  certificate: { source: 'authority', validTo: undefined },
  reasons: ['There is no certificate for sync.example.com yet, so apps cannot come in.'],
};

function started(report: Report, changed: Partial<Started> = {}, host = 'sync.example.com'): Started {
  const reports = new Reports();
  reports.add(() => report);
  const publicUrl = new URL(`https://${host}`);
  const owner = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
  const core = { owner, publicUrl, reports, dataDirectory: '/data' };
  return { core, address: 'https://[::]:443', port: 443, ownTls: auto, ...changed };
}

test('one that waits for its certificate does not say that it listens, nor that it is time to publish', () => {
  const said = describeStart(started(none)).join('\n');
  expect(said).not.toContain('Listening on');
  expect(said).toContain('Waiting for the certificate of sync.example.com');
  expect(said).toContain('only port 8081 answers');
  expect(said).toContain('`groundmist status` says why');
  expect(said).toContain('Next: once it is there, `groundmist publish`');
});

test('one that has it says where it listens', () => {
  const [first, ...others] = describeStart(started({ certificate: { source: 'authority', validTo: 1 } }));
  expect(first).toBe('Listening on https://[::]:443, known as https://sync.example.com');
  expect(others.join('\n')).toContain('Next: `groundmist publish`');
});

test('its line for systemd says what it waits for', () => {
  const core = { access: { list: () => expect.unreachable() }, whyNotReady: () => none.reasons ?? [] };
  expect(describeServer(core, 'https://[::]:443')).toStartWith('Not ready: There is no certificate for sync');
});

test('a port to which no app comes is spoken of, with the one that has to be set', () => {
  expect(whyOtherPort(started(none))).toBeUndefined();
  expect(whyOtherPort(started(none, { port: 3031, ownTls: undefined }))).toBeUndefined();
  expect(whyOtherPort(started(none, { port: 3031 }))).toContain('take PORT out of the settings');
  const elsewhere = started(none, {}, 'sync.example.com:8443');
  expect(whyOtherPort(elsewhere)).toContain('set PORT=8443');
  expect(whyOtherPort({ ...elsewhere, port: 8443 })).toBeUndefined();
});
