import { describe as group, expect, test } from 'bun:test';
import { describe, describeChange } from '../../../src/features/publish/outcome.ts';
import { describeRecord } from '../../../src/features/publish/describe-record.ts';
import { record } from '../../support/publish-to.ts';

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';
const at = { did, pds: 'https://pds.example.com', uri: `at://${did}/xyz.groundmist.sync/${did}` };

test('a change shows every field that is written, and every one that is replaced', () => {
  const replaces = { $type: 'xyz.groundmist.sync', host: 'old.example.com', tags: ['a'] };
  expect(describeChange('About to write', { ...at, record, replaces })).toBe(
    [
      'About to write to your PDS https://pds.example.com',
      `  ${at.uri}`,
      '    host                sync.example.com',
      '    did                 did:web:sync.example.com',
      '    publicKeyMultibase  zDnaeUB9EhX9ZzF79i1FbSEAnE4i9FDryfRMcA5kbNuhaSWpJ',
      '  in place of',
      '    host  old.example.com',
      '    tags  ["a"]',
    ].join('\n'),
  );
});

test('a dry run that would change nothing says so', () => {
  const unchanged = { record, host: 'sync.example.com', publishedHost: 'sync.example.com', replaces: record };
  expect(describe({ kind: 'dry-run', ...at, isChange: false, ...unchanged })).toStartWith('Nothing to write');
});

group('the record of somebody else', () => {
  test('commands no terminal, in its names nor in its values', () => {
    const shown = describeRecord({ 'a\u001b[2J': 'x\u0007', b: { c: '\u202e' } });
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(shown).toContain('\\u001b[2J');
  });

  test('floods no terminal', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`f${index}`, 'x'.repeat(5000)]),
    );
    const lines = describeRecord(fields).split('\n');
    expect(lines.length).toBe(21);
    expect(lines.at(-1)).toContain('and 4980 fields more');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(250);
  });

  test.each([[null], [7], ['text'], [[]], [{ $type: 'xyz.groundmist.sync' }]])('may be %j', (value) => {
    expect(describeRecord(value).trim()).not.toBe('');
  });
});
