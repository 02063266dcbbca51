import { expect, test } from 'bun:test';
import { isCommand } from '../../../src/features/doctor/cure.ts';

test.each([
  'groundmist init',
  "sudo chown -R 'o''hara:' /srv",
  'systemctl --user restart groundmist',
  'ls\nunset PORT',
])('%j can be typed', (cure) => expect(isCommand(cure)).toBe(true));

test.each([
  'Make room on it.',
  'restart it: `systemctl restart groundmist`',
  'groundmist has to be restarted.',
  '',
])('%j is words', (cure) => expect(isCommand(cure)).toBe(false));
