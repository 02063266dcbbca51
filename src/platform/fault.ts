import { writeSync } from 'node:fs';
import { escapeLines, escapeUnprintable } from './escape.ts';
import { speaksToJournal, withPriority } from './journal.ts';
import { boundText, describeError } from './log-fields.ts';

const stderr = 2;
const exitFailure = 1;
const mostCharacters = 4_000;
/** Of syslog(3): critical. */
const priority = 2;

let describe = describeForPerson;

/**
 * Ends this process, in place of the runtime, over an error that nobody caught: the runtime would print lines of our
 * source, and what the error says as it is.
 */
export function endOnFault(exit: (code: number) => void): void {
  const end = (error: unknown): void => {
    tell(error);
    exit(exitFailure);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

function tell(error: unknown): void {
  try {
    const text = describeOrSay(error);
    writeSync(stderr, `${speaksToJournal(process.env) ? withPriority(text, priority) : text}\n`);
  } catch {
    // Nobody is there to read it.
  }
}

/** Something is said even of what cannot be described. */
function describeOrSay(error: unknown): string {
  try {
    return describe(error);
  } catch {
    return 'groundmist: Something went wrong inside groundmist, and it had to stop: something was thrown that cannot be described.';
  }
}

/** Has faults told in this way from here on, as in a log whose lines have a form. */
export function tellFaults(inThisWay: (error: unknown) => string): Disposable {
  describe = inThisWay;
  return { [Symbol.dispose]: () => void (describe = describeForPerson) };
}

function describeForPerson(error: unknown): string {
  const stack = stackOf(error);
  const said = escapeUnprintable(describeError(error));
  const lines = [
    `groundmist: Something went wrong inside groundmist, and it had to stop: ${said}`,
    '  This is a fault of groundmist itself: please report it with these lines.',
    ...stack.split('\n').filter((line) => /^\s+at /.test(line)),
  ];
  return escapeLines(boundText(lines.join('\n'), mostCharacters));
}

function stackOf(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack ?? '') : '';
  } catch {
    return '';
  }
}
