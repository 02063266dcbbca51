import { expect, test } from 'bun:test';
import { hideTimerWarnings } from '../../../src/features/demo/timer-warnings.ts';

function warningOf(name: string): Error {
  return Object.assign(new Error('-5 is a negative number'), { name });
}

test('warnings of timers in the past are not printed meanwhile, all others are', () => {
  const before = process.listeners('warning');
  for (const print of before) process.off('warning', print);
  const printed: string[] = [];
  const print = ({ name }: Error): void => void printed.push(name);
  process.on('warning', print);
  try {
    const hiding = hideTimerWarnings();
    process.emit('warning', warningOf('TimeoutNegativeWarning'));
    process.emit('warning', warningOf('DeprecationWarning'));
    hiding[Symbol.dispose]();
    process.emit('warning', warningOf('TimeoutNegativeWarning'));
  } finally {
    process.off('warning', print);
    for (const listener of before) process.on('warning', listener);
  }
  expect(printed).toEqual(['DeprecationWarning', 'TimeoutNegativeWarning']);
});
