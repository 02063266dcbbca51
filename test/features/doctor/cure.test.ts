import { expect, test } from 'bun:test';
import { commandIn, isCommand } from '../../../src/features/doctor/cure.ts';

test.each([
  'groundmist init',
  "sudo chown -R 'o''hara:' /srv",
  'systemctl --user restart groundmist',
  'ls\nunset PORT',
  'chmod 700 /srv/data.',
  "chmod 700 '/srv/my data:'",
])('%j can be typed', (cure) => expect(isCommand(cure)).toBe(true));

test.each([
  'Make room on it.',
  'restart it: `systemctl restart groundmist`',
  'groundmist has to be restarted.',
  'ls is what to type:',
  '',
])('%j is words', (cure) => expect(isCommand(cure)).toBe(false));

test.each([
  ['see `groundmist app list`.', 'groundmist app list'],
  ['`groundmist verify com.whtwnd.blog` says what.', 'groundmist verify com.whtwnd.blog'],
  ['mend it: `groundmist verify --repair`', 'groundmist verify --repair'],
  ['`groundmist verify --repair; rm -rf ~`', undefined],
  ['`groundmist app approve 7`', undefined],
  ['`groundmist verify $(reboot)`', undefined],
  ['`sudo reboot`', undefined],
])('of what a server says, %j, to be typed is %p', (sentence, command) => {
  expect(commandIn(sentence)).toBe(command);
});
