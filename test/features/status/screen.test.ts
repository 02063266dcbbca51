import { describe, expect, test } from 'bun:test';
import { painter } from '../../../src/platform/colour.ts';
import { describeStatus } from '../../../src/features/status/screen.ts';
import type { Status } from '../../../src/features/status/status.ts';
import { library, namespaceNamed, sampleStatus } from './sample-status.ts';

const plain = painter({ hasColor: false });
const colourful = painter({ hasColor: true });

const shown = (changed: Partial<Status> = {}, width = 80): readonly string[] =>
  describeStatus(sampleStatus(changed), { width, paint: plain });

const many = Array.from({ length: 9 }, (_, index) =>
  namespaceNamed(`com.example.app${index}`, { bytes: index }),
);

describe('the screen', () => {
  test('of a server that is well', () => {
    expect(shown()).toEqual([
      'groundmist 0.1.0  up 3 days 4 h  ● ready',
      '',
      'owner      did:plc:ewvi7nxzyoun6zhxrhs64oiz',
      'address    https://sync.example.com',
      'data       /srv/groundmist',
      '',
      'NAMESPACE               DOCUMENTS      SIZE  PEERS  LAST CHANGE',
      'xyz.groundmist.library      1,234   18.4 MB      2  2025-11-21 05:14:50Z',
      '',
      'connected  2 peers; 3 sessions of 1 device',
      'waiting    no app waits for your answer',
      'memory     84.2 MB',
      'disk       12.3 GB left of 40.0 GB',
      'backup     not set up',
      'published  nothing to publish: it has no public name',
    ]);
  });

  test('of one that is ready and has a problem all the same', () => {
    const [heading] = shown({ isReady: true, problems: ['com.example cannot be served.'] });
    expect(heading).toBe('groundmist 0.1.0  up 3 days 4 h  ● ready, needs attention');
  });

  test('of one that opens its namespaces', () => {
    const [heading] = shown({ isReady: false });
    expect(heading).toBe('groundmist 0.1.0  up 3 days 4 h  ● getting ready');
  });

  test('of one with much to say', () => {
    const lines = shown({
      isReady: false,
      problems: ['The disk of /srv/groundmist is full.', 'The record names another server.'],
      warnings: ['A backup is older than it should be. '.repeat(3)],
      namespaces: [
        library,
        namespaceNamed('com.example.late', {
          state: 'opening',
          documents: null,
          bytes: null,
          lastChange: null,
        }),
        namespaceNamed('com.example.bad', {
          state: 'failed',
          documents: null,
          bytes: null,
          error: 'It is damaged.',
        }),
      ],
      approvals: ['aa1', 'aa2', 'aa3', 'aa4'].map((id) => ({ id, namespace: 'com.example' })),
      memory: { serverBytes: null, automergeBytes: 120_000_000 },
      backup: { lastAt: '2025-11-20T05:41:07.089Z', isStale: true },
      publish: {
        state: 'another-host',
        checkedAt: '2025-11-21T09:50:00.000Z',
        since: '2025-11-21T08:50:00.000Z',
        host: 'elsewhere.example',
        missed: null,
      },
    });
    expect(lines).toEqual([
      'groundmist 0.1.0  up 3 days 4 h  ● in trouble',
      '',
      '✗ The disk of /srv/groundmist is full.',
      '',
      '✗ The record names another server.',
      '',
      '! A backup is older than it should be. A backup is older than it should be. A',
      '  backup is older than it should be.',
      '',
      'owner      did:plc:ewvi7nxzyoun6zhxrhs64oiz',
      'address    https://sync.example.com',
      'data       /srv/groundmist',
      '',
      'NAMESPACE               DOCUMENTS      SIZE  PEERS  LAST CHANGE',
      'com.example.bad                 –         –      0  cannot be served',
      'com.example.late                –         –      0  is being opened',
      'xyz.groundmist.library      1,234   18.4 MB      2  2025-11-21 05:14:50Z',
      '3 namespaces                1,234   18.4 MB      2',
      '',
      'connected  2 peers; 3 sessions of 1 device',
      'waiting    aa1, aa2, aa3 and 1 more; see `groundmist app list`',
      'memory     not known on this system, and 120.0 MB of its Automerge process',
      'disk       12.3 GB left of 40.0 GB',
      'backup     1 day 4 h ago (2025-11-20 05:41:07Z), older than it should be',
      'published  apps are sent to elsewhere.example, looked at 10 min ago (2025-11-21…',
    ]);
  });

  test('has 24 lines however many namespaces there are, the rest summed up', () => {
    const lines = shown({ namespaces: many });
    expect(lines.length).toBeLessThan(24);
    expect(lines.slice(7, 14).map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual([
      ...[8, 7, 6, 5, 4].map((index) => [`com.example.app${index}`, '1']),
      ['and 4 more', '4'],
      ['9 namespaces', '9'],
    ]);
  });

  test('of an empty server says when documents appear', () => {
    expect(shown({ namespaces: [] }).join('\n')).toContain('once an app has synced');
  });

  test.each([24, 45, 60, 80, 200])('keeps its %d columns, and hostile text its lines', (width) => {
    const lines = shown(
      {
        owner: 'did:web:\u001b]0;own\u0007'.repeat(20),
        namespaces: [namespaceNamed(`com.${'x'.repeat(200)}`), library],
        problems: ['The disk\u001b[2J of\n/srv is full. '.repeat(10)],
      },
      width,
    );
    // oxlint-disable-next-line no-control-regex
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f]/);
    for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
  });

  test('says the same in colour', () => {
    const status = sampleStatus({ warnings: ['Little is left.'], problems: ['It is full.'] });
    const inColour = describeStatus(status, { width: 80, paint: colourful });
    expect(inColour.map(Bun.stripANSI)).toEqual(
      describeStatus(status, { width: 80, paint: plain }) as string[],
    );
    expect(inColour.join('')).toContain('\u001b[');
  });
});

describe('the line about the public record', () => {
  const looked = {
    checkedAt: '2025-11-21T09:50:00.000Z',
    since: '2025-11-21T09:50:00.000Z',
    host: null,
    missed: null,
  };
  const never = { checkedAt: null, since: null, host: null, missed: null };
  const missed = { since: '2025-11-21T09:55:00.000Z', why: 'It was given up.' };

  test.each<[NonNullable<Status['publish']>, string]>([
    [
      { state: 'this-server', ...looked },
      'apps find this server, looked at 10 min ago (2025-11-21 09:50:00Z)',
    ],
    [
      { state: 'no-usable-host', ...looked },
      'the record names no usable host, looked at 10 min ago (2025-11-21 09:50:00Z)',
    ],
    [
      { state: 'another-key', ...looked },
      'the record names another key or DID, looked at 10 min ago (2025-11-21 09:50:00Z)',
    ],
    [{ state: 'nothing', ...looked }, 'not published; `groundmist publish` tells apps where it is'],
    [{ state: 'gone', ...looked }, 'the record is gone, looked at 10 min ago (2025-11-21 09:50:00Z)'],
    [{ state: 'unknown', ...never }, 'not looked at yet'],
    [
      { state: 'unknown', ...never, missed },
      'could not be looked at since 2025-11-21 09:55:00Z: It was given up.',
    ],
    [
      { state: 'this-server', ...looked, missed },
      'apps find this server, could not look since 2025-11-21 09:55:00Z',
    ],
  ])('of %j', (publish, text) => {
    expect(shown({ publish }, 200).at(-1)).toBe(`published  ${text}`);
  });

  test('shows a hostile host as it is, and no more of it than there is room', () => {
    const publish = { state: 'another-host' as const, ...looked, host: `\u001b[2J${'x'.repeat(300)}` };
    const line = shown({ publish }).at(-1) ?? '';
    expect(line).toStartWith('published  apps are sent to \\u001b[2Jxxx');
    expect(line.length).toBe(80);
  });
});

describe('the certificate of TLS of its own', () => {
  const validTo = '2025-12-21T10:00:00.000Z';

  test.each<[NonNullable<Status['certificate']>, string]>([
    [{ source: 'authority', validTo: null, nextAt: null }, 'no certificate yet'],
    [
      { source: 'authority', validTo, nextAt: validTo },
      'a certificate for another 30 days (2025-12-21 10:00:00Z), renewed by itself',
    ],
    [
      { source: 'files', validTo, nextAt: null },
      'a certificate for another 30 days (2025-12-21 10:00:00Z), which you renew',
    ],
    [
      { source: 'files', validTo: '2025-11-20T10:00:00.000Z', nextAt: null },
      'the certificate ended at 2025-11-20 10:00:00Z',
    ],
  ])('of %j', (certificate, text) => {
    expect(shown({ certificate }, 200).at(-1)).toBe(`tls        ${text}`);
  });
});

test('a narrow screen keeps the names of namespaces, and lets columns go', () => {
  const lines = shown({ namespaces: [namespaceNamed('com.example.app', { bytes: 1_234_567 })] }, 34);
  expect(lines.find((line) => line.startsWith('com.'))).toMatch(/^com\.example\.app +\d+$/);
});
