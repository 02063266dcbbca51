import { expect, test } from 'bun:test';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { ReservedFile } from '../../../src/core/store/reserved-file.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('its place is taken beforehand, for this user only, and stays of one size', () => {
  using folder = temporaryFolder();
  const file = new ReservedFile(folder.at('kept'), 8192);
  expect(file.reserve()).toBe(true);
  const reserved = statSync(folder.at('kept'));
  expect({ size: reserved.size, mode: reserved.mode & 0o777 }).toEqual({ size: 8192, mode: 0o600 });
  expect(reserved.blocks * 512).toBeGreaterThanOrEqual(8192);
  file.replace(['one', 'two']);
  const written = statSync(folder.at('kept'));
  expect([written.size, written.ino, written.blocks]).toEqual([8192, reserved.ino, reserved.blocks]);
});

test('lines are replaced as a whole and are there for the next start', () => {
  using folder = temporaryFolder();
  const file = new ReservedFile(folder.at('kept'), 4096);
  expect(file.lines()).toEqual([]);
  file.reserve();
  file.replace(['one', 'two']);
  const next = new ReservedFile(folder.at('kept'), 4096);
  expect(next.reserve()).toBe(true);
  expect(next.lines()).toEqual(['one', 'two']);
  next.replace([]);
  expect(next.lines()).toEqual([]);
});

test('a line without its end is not a line', () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('kept'), 'whole\ncut in tw');
  expect(new ReservedFile(folder.at('kept'), 4096).lines()).toEqual(['whole']);
});

test('what does not fit is refused and changes nothing', () => {
  using folder = temporaryFolder();
  const file = new ReservedFile(folder.at('kept'), 16);
  file.reserve();
  file.replace(['one']);
  expect(() => file.replace(['seventeen letters'])).toThrow('no room');
  expect(file.lines()).toEqual(['one']);
  expect(readFileSync(folder.at('kept'))).toHaveLength(16);
});

test('a place that cannot be had is said to be missing', () => {
  using folder = temporaryFolder();
  const file = new ReservedFile(folder.at('no/such/folder'), 4096);
  expect(file.reserve()).toBe(false);
  expect(() => file.replace(['one'])).toThrow();
});
