import type { Logger } from '@logtape/logtape';
import { toFailure } from '../../core/failure.ts';
import { Cancelled } from '../../platform/cancelled.ts';
import { asTemplate } from '../../platform/log.ts';
import type { LogForm } from '../../platform/log-line.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { Told } from '../../platform/told.ts';

/** What the server says of itself. A person at a terminal reads it as it is; where a program reads it is a line of the log, like all else. */
export class Talk {
  readonly #terminal: Terminal;
  readonly #log: Logger;
  readonly #isForPerson: boolean;

  constructor(terminal: Terminal, log: Logger, form: LogForm) {
    this.#terminal = terminal;
    this.#log = log;
    this.#isForPerson = terminal.isTalkShown && form === 'text';
  }

  say(sentence: string): void {
    if (this.#isForPerson) this.#terminal.note(sentence);
    else this.#log.info(asTemplate(sentence));
  }

  /** What was passed over in the search for the settings. */
  remark(note: string): void {
    if (this.#isForPerson) this.#terminal.note(`groundmist: ${note}`);
    else this.#log.warn(asTemplate(note));
  }

  /** What is to be thrown on where `error` ends the server; it has been told where nobody is there whom it would be explained to. */
  end(error: unknown): unknown {
    if (this.#isForPerson || error instanceof Cancelled) return error;
    const failure = toFailure(error);
    const { code, cause, kind } = failure;
    const isFault = code === 'Internal';
    const reason = isFault ? cause : sentencesOf(failure.message);
    this.#log.fatal(isFault ? 'The server cannot run: {reason}' : 'The server cannot run: {reason} {hint}', {
      reason,
      hint: kind.hint,
      code,
      cause: isFault ? undefined : cause,
      exitCode: kind.exit,
    });
    return new Told(kind.exit, error);
  }
}

/** Lines as sentences on one line. */
function sentencesOf(lines: string): string {
  return lines
    .split('\n')
    .map((line) => (/[.!?]$/.test(line) ? line : `${line}.`))
    .join(' ');
}
