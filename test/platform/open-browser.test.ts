import { expect, test } from 'bun:test';
import { browserCommand, openInBrowser } from '../../src/platform/open-browser.ts';

const url = new URL('https://pds.example.com/oauth/authorize?a=b&c=$(id)');

test('a desktop has a command that opens it, with the address as one word of its own', () => {
  for (const environment of [{ DISPLAY: ':0' }, { WAYLAND_DISPLAY: 'wayland-0' }]) {
    expect(browserCommand(url, { platform: 'linux', environment })).toEqual(['xdg-open', url.href]);
  }
  expect(browserCommand(url, { platform: 'darwin', environment: {} })).toEqual(['open', url.href]);
});

test.each<[string, NodeJS.Platform, Record<string, string>]>([
  ['without a desktop', 'linux', {}],
  [
    'over SSH, where it would open elsewhere',
    'linux',
    { DISPLAY: ':0', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' },
  ],
  ['over SSH into a Mac', 'darwin', { SSH_TTY: '/dev/ttys001' }],
  ['where nothing is known of browsers', 'freebsd', { DISPLAY: ':0' }],
])('%s nothing is opened', (_when, platform, environment) => {
  expect(browserCommand(url, { platform, environment })).toBeUndefined();
});

test('only what a browser is for is opened', () => {
  const desktop = { platform: 'linux', environment: { DISPLAY: ':0' } } as const;
  expect(browserCommand(new URL('file:///etc/passwd'), desktop)).toBeUndefined();
  expect(browserCommand(new URL('javascript:alert(1)'), desktop)).toBeUndefined();
});

test('a machine without such a program is no error', () => {
  expect(() => openInBrowser(url, { DISPLAY: ':0', PATH: '/nonexistent' })).not.toThrow();
});
