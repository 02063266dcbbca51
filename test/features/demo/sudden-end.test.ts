import { expect, test } from 'bun:test';
import { EventEmitter } from 'node:events';
import { Failure } from '../../../src/core/failure.ts';
import { onSuddenEnd } from '../../../src/features/demo/sudden-end.ts';

test.each([
  ['uncaughtException', new Error('no socket'), 'The demo stopped unexpectedly. no socket'],
  ['unhandledRejection', 'gone', 'The demo stopped unexpectedly. gone'],
])('%s ends the demo in order', (event, given, message) => {
  const events = new EventEmitter();
  const reasons: Error[] = [];
  using watching = onSuddenEnd(events, (reason) => void reasons.push(reason));
  events.emit(event, given);
  expect(watching).toBeDefined();
  expect(reasons.map((reason) => reason.message)).toEqual([message]);
  expect(reasons[0]).toBeInstanceOf(Failure);
});

test('afterwards nothing is caught any more', () => {
  const events = new EventEmitter();
  onSuddenEnd(events, () => {})[Symbol.dispose]();
  expect(events.eventNames()).toEqual([]);
});
