/** What a command ends with, and what that says. Each failure has one of them in core/failure.ts. */
export const exitCodes: readonly (readonly [code: string, short: string, meaning: string])[] = [
  ['0', 'done', 'done'],
  ['1', 'it did not work', 'it did not work; the message says why'],
  ['2', 'a word or a setting is wrong', 'the command or a setting is wrong'],
  ['3', 'unhealthy or damaged', 'something stored is damaged, or the server cannot do all of its work'],
  ['4', 'not allowed', 'not allowed'],
  ['5', 'busy or locked', 'busy, locked, or asked too often'],
  ['130, 143, 129', 'cancelled', 'cancelled by Ctrl-C, SIGTERM, or a terminal that closed'],
];
