import { expect, test } from 'bun:test';
import { isTargetUrl } from '../../../src/core/auth/target-url.ts';

const ours = new URL('https://sync.example.com/authenticate');

test.each([
  'https://sync.example.com/authenticate',
  'https://SYNC.example.com/authenticate',
  'HTTPS://sync.example.com:443/authenticate',
])('%s is ours', (claim) => {
  expect(isTargetUrl(claim, ours)).toBe(true);
});

test.each([
  'http://sync.example.com/authenticate',
  'https://other.example.com/authenticate',
  'https://sync.example.com.evil.example/authenticate',
  'https://sync.example.com:3031/authenticate',
  'https://sync.example.com/Authenticate',
  'https://sync.example.com/authenticate/',
  'https://sync.example.com//authenticate',
  'https://sync.example.com/x/../authenticate',
  'https://sync.example.com/./authenticate',
  'https://sync.example.com/%61uthenticate',
  'https://sync.example.com/authenticate?x=1',
  'https://sync.example.com/authenticate?',
  'https://sync.example.com/authenticate#x',
  'https://sync.example.com/authenticate#',
  'https://sync.example.com',
  'https://sync.example.com\\authenticate',
  'https://user@sync.example.com/authenticate',
  'https://sync.example.com@evil.example/authenticate',
  ' https://sync.example.com/authenticate',
  'https://sync.example.com/authenticate ',
  '/authenticate',
  'wss://sync.example.com/authenticate',
  'https://[/authenticate',
  '',
])('%j is not', (claim) => {
  expect(isTargetUrl(claim, ours)).toBe(false);
});
