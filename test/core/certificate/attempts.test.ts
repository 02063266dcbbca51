import { beforeEach, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { AttemptLog } from '../../../src/core/certificate/attempts.ts';
import { certificateAttemptsPath } from '../../../src/core/store/layout.ts';
import { temporaryFolder } from '../../support/folder.ts';

const order = { authority: 'https://authority.example/directory', name: 'sync.example.com' };
const minute = 60_000;
const start = 1_800_000_000_000;

let folder: ReturnType<typeof temporaryFolder>;
let log: AttemptLog;
beforeEach(() => {
  folder = temporaryFolder();
  log = new AttemptLog(folder.path, order);
});

function again(changed: Partial<typeof order> = {}): AttemptLog {
  return new AttemptLog(folder.path, { ...order, ...changed });
}

test('the first attempt is made at once, and the next ever later', () => {
  expect(log.earliest(start)).toBe(start);
  const pauses: number[] = [];
  for (let now = start, count = 0; count < 9; count++) {
    log.begin(now);
    const next = log.fail(now, undefined, 0);
    pauses.push((next - now) / minute);
    now = next;
  }
  // The fifth waits until the first of four is an hour ago.
  expect(pauses).toEqual([1, 5, 15, 39, 60, 120, 240, 360, 360]);
});

test('who starts over and over asks four times an hour and no more', () => {
  let asked = 0;
  for (let now = start; now < start + 60 * minute; now += 1000) {
    const restarted = again();
    if (restarted.earliest(now) > now) continue;
    restarted.begin(now);
    asked += 1;
  }
  expect(asked).toBe(4);
});

test('what the authority asks for holds over a restart, but for a week at most', () => {
  log.begin(start);
  log.fail(start, 20 * 60 * minute, 0);
  expect(again().earliest(start + minute)).toBe(start + 20 * 60 * minute);
  log.fail(start, 1e15, 0);
  expect(again().earliest(start)).toBe(start + 7 * 24 * 60 * minute);
});

test('a clock that was far ahead keeps nobody waiting', () => {
  log.begin(start + 1e12);
  log.fail(start + 1e12, 60 * minute, 0);
  expect(again().earliest(start)).toBe(start);
});

test('another name, or another authority, is another matter', () => {
  for (let count = 0; count < 4; count++) log.begin(start);
  expect(again().earliest(start)).toBeGreaterThan(start);
  expect(again({ name: 'other.example.com' }).earliest(start)).toBe(start);
  expect(again({ authority: 'https://other.example/' }).earliest(start)).toBe(start);
});

test('success forgets what was in vain and what the authority asked for, but it counts as an order', () => {
  log.begin(start);
  log.fail(start, 20 * 60 * minute, 0);
  log.succeed();
  expect(again().earliest(start)).toBe(start);
  for (let count = 2; count <= 4; count++) {
    log.begin(start);
    log.succeed();
  }
  expect(again().earliest(start)).toBe(start + 60 * minute);
});

test('a file that does not read keeps nobody waiting', () => {
  for (let count = 0; count < 4; count++) log.begin(start);
  writeFileSync(certificateAttemptsPath(folder.path), '{"began":');
  expect(again().earliest(start)).toBe(start);
});
