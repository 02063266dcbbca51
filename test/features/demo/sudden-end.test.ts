import { expect, test } from 'bun:test';
import { EventEmitter } from 'node:events';
import { onSuddenEnd } from '../../../src/features/demo/sudden-end.ts';
import { Cancelled } from '../../../src/platform/cancelled.ts';

test.each([
  ['SIGHUP', 'SIGHUP', 'cancelled by SIGTERM'],
  ['uncaughtException', new Error('no socket'), 'The demo stopped unexpectedly. no socket'],
  ['unhandledRejection', 'gone', 'The demo stopped unexpectedly. gone'],
])('%s ends the demo in order', (event, given, message) => {
  const events = new EventEmitter();
  const reasons: Error[] = [];
  using watching = onSuddenEnd(events, (reason) => void reasons.push(reason));
  events.emit(event, given);
  expect(watching).toBeDefined();
  expect(reasons.map((reason) => reason.message)).toEqual([message]);
  expect(reasons[0] instanceof Cancelled).toBe(event === 'SIGHUP');
});

test('afterwards nothing is caught any more', () => {
  const events = new EventEmitter();
  onSuddenEnd(events, () => {})[Symbol.dispose]();
  expect(events.eventNames()).toEqual([]);
});
