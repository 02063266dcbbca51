import { expect, test } from 'bun:test';
import { getLogger, type Logger } from '@logtape/logtape';
import { Audit } from '../../../src/core/auth/audit.ts';
import { PlainHttp } from '../../../src/core/auth/plain-http.ts';
import { TestClock } from '../../support/clock.ts';
import { openTestControlDatabase } from '../../support/control-database.ts';

const bridge = { kind: 'clear', peer: '172.17.0.1' } as const;
const proxy = { kind: 'clear-before-proxy', peer: '127.0.0.1' } as const;

function start(publicUrl = 'https://sync.example.com', write: (line: string) => void = () => {}) {
  const database = openTestControlDatabase();
  const clock = new TestClock();
  const warn = (_template: string, { advice }: { readonly advice: string }) => write(advice);
  const log = Object.assign(Object.create(getLogger('test')) as Logger, { warn });
  const plainHttp = new PlainHttp({ publicUrl: new URL(publicUrl), database, clock, log });
  const audited = () => new Audit(database).list(100).map(({ event, details }) => `${event} ${details}`);
  return { plainHttp, clock, audited };
}

test('what is sealed passes', () => {
  const { plainHttp, audited } = start();
  plainHttp.refuse({ kind: 'sealed', peer: '127.0.0.1' }, 'abc123');
  expect(audited()).toEqual([]);
});

test('what another machine sends in plain HTTP is refused, with the setting that names a proxy', () => {
  const { plainHttp } = start();
  expect(() => plainHttp.refuse(bridge, 'abc123')).toThrow(
    'This request reached the server in plain HTTP, and its tokens could be read on the way. Use https://sync.example.com. ' +
      'Where a proxy with TLS or the bridge of a container hands requests on, the owner adds its address to GROUNDMIST_TRUSTED_PROXIES.',
  );
});

test('what came to our proxy in plain HTTP is refused, with the header that it must pass on', () => {
  const { plainHttp } = start();
  expect(() => plainHttp.refuse(proxy, 'abc123')).toThrow(
    'the owner lets it pass X-Forwarded-Proto: https on',
  );
});

test('a server for this machine alone takes what its proxies bring, and still nothing from elsewhere', () => {
  const { plainHttp } = start('http://localhost:3031');
  plainHttp.refuse(proxy, 'abc123');
  expect(() => plainHttp.refuse(bridge, 'abc123')).toThrow('GROUNDMIST_TRUSTED_PROXIES');
  expect(() => plainHttp.refuse(bridge, 'abc123')).not.toThrow('Use http');
});

test('the log has the line to copy, and what the app hears names no address', () => {
  const lines: string[] = [];
  const { plainHttp } = start('https://sync.example.com', (line) => lines.push(line));
  for (const peer of ['172.17.0.1', 'fd00::2', '8.8.8.8']) {
    expect(() => plainHttp.refuse({ kind: 'clear', peer }, 'abc123')).not.toThrow(peer);
  }
  expect(lines[0]).toContain('GROUNDMIST_TRUSTED_PROXIES. Here that would be 172.17.0.1/32.');
  expect(lines[1]).toContain('Here that would be fd00::2/128.');
  expect(lines[2]).not.toContain('8.8.8.8');
});

test('the owner hears of it three times at first, then once an hour', () => {
  const { plainHttp, clock, audited } = start();
  const knock = () => expect(() => plainHttp.refuse(bridge, 'abc123')).toThrow();
  for (let count = 0; count < 100; count += 1) knock();
  expect(audited()).toEqual(
    Array.from({ length: 3 }, () => 'plain-http-refused {"peer":"172.17.0.1","kind":"clear"}'),
  );
  clock.advance(60 * 60_000);
  for (let count = 0; count < 100; count += 1) knock();
  expect(audited()).toHaveLength(4);
});
