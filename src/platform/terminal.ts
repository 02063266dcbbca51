import { escapeLines } from './escape.ts';
import { speaksToJournal, withPriority } from './journal.ts';
import { redact, redactKnown } from './redact.ts';

/** Where a command speaks: results to stdout, talk to stderr. */
export interface Terminal {
  /** A person sits at stdin and stderr, so questions may be asked. */
  readonly isInteractive: boolean;
  readonly hasColor: boolean;
  /** A person reads stdout; else it goes to a program or a file. */
  readonly isOutputShown: boolean;
  /** A person reads stderr. */
  readonly isTalkShown: boolean;
  /** Their terminal can be paged and drawn anew. */
  readonly isScreen: boolean;
  /** Columns and lines, as they are now. */
  readonly width: number;
  readonly height: number;
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
  /** A result, one line or several, to stdout. Resolves once it is written (a pipe may be slow). */
  result(text: string): Promise<void>;
  /** Talk to the person, to stderr; silent with --quiet. */
  note(text: string): void;
  /** A problem, to stderr, also with --quiet. */
  problem(text: string): void;
  /** A line of the log, which is safe already; false where it is lost, for nobody takes what was said before it. */
  log(line: string, priority: number): boolean;
  /** Writes to a person's terminal as it is, control characters included; undefined where stderr is none, or with --quiet. */
  readonly draw: ((text: string) => void) | undefined;
  /** The environment, for NO_COLOR, PAGER, passwords and the like. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** All of stdin as text, up to `limitBytes`. */
  readInput(limitBytes: number): Promise<string>;
}

/** Whoever reads our stdout has gone: there is nobody left to write for. */
export class OutputClosed extends Error {}

/** Our stdout cannot be written to, as on a full disk. */
export class OutputFailed extends Error {
  constructor(cause: Error) {
    super(`The output cannot be written: ${cause.message}.`, { cause });
  }
}

/** Stdin held more than was asked for. */
export class InputTooLong extends Error {
  readonly limitBytes: number;

  constructor(limitBytes: number) {
    super(`The input is longer than ${limitBytes} bytes.`);
    this.limitBytes = limitBytes;
  }
}

export interface Talk {
  /** Stderr is the journal's, which wants a priority in front of each line. */
  readonly isJournal?: boolean;
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
}

export interface Streams {
  readonly stdin: AsyncIterable<unknown> & { readonly isTTY?: boolean };
  readonly stdout: OutputStream & {
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly rows?: number;
  };
  readonly stderr: OutputStream & { readonly isTTY?: boolean };
}

interface OutputStream {
  write(text: string, written: (error?: Error | null) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Of syslog(3): an error, and what is normal. */
const [problemPriority, notePriority] = [3, 6];

/** Where nobody tells, or a terminal that was never measured says that it has none. */
const defaultWidth = 80;
const defaultHeight = 24;

/** The terminal this process was started in. */
export function systemTerminal(talk: Talk): Terminal {
  return createTerminal(process, process.env, { ...talk, isJournal: speaksToJournal(process.env) });
}

export function createTerminal(
  streams: Streams,
  environment: Readonly<Record<string, string | undefined>>,
  { isJournal = false, ...talk }: Talk,
): Terminal {
  const { stdin, stdout, stderr } = streams;
  // Each write learns of its own failure; without a listener the event would end the process.
  stdout.on('error', () => {});
  stderr.on('error', () => {});
  // Sentences quote what remote servers and files said, which must not command the terminal.
  const say = (text: string, priority: number): void => {
    const safe = escapeLines(text);
    stderr.write(`${isJournal ? withPriority(safe, priority) : safe}\n`, () => {});
  };
  return {
    ...talk,
    environment,
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    hasColor: stdout.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb',
    isOutputShown: stdout.isTTY === true,
    isTalkShown: stderr.isTTY === true,
    isScreen: stdout.isTTY === true && environment['TERM'] !== 'dumb',
    get width() {
      // A terminal that a program opened may say 0: it does not know.
      return stdout.columns || defaultWidth;
    },
    get height() {
      return stdout.rows || defaultHeight;
    },
    result: (text) => writeAll(stdout, `${text}\n`),
    note: (text) => {
      // A person may have to open what stands here: only what is surely a secret is hidden.
      if (!talk.isQuiet) say(redactKnown(text), notePriority);
    },
    problem: (text) => say(redact(text), problemPriority),
    log: boundedWriter(stderr, isJournal),
    draw: stderr.isTTY === true && !talk.isQuiet ? (text) => void stderr.write(text, () => {}) : undefined,
    readInput: (limitBytes) => readAll(stdin, limitBytes),
  };
}

/** What waits for a reader that does not read is in memory. */
const mostWaitingCharacters = 2 ** 20;

function boundedWriter(stream: OutputStream, isJournal: boolean): Terminal['log'] {
  let waiting = 0;
  return (line, priority) => {
    const text = `${isJournal ? withPriority(line, priority) : line}\n`;
    if (waiting + text.length > mostWaitingCharacters) return false;
    waiting += text.length;
    stream.write(text, () => (waiting -= text.length));
    return true;
  };
}

/** Resolves once a stream has taken the text; throws `OutputClosed` where nobody reads it any more, or `OutputFailed`. */
export function writeAll(stream: Pick<OutputStream, 'write'>, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (!error) resolve();
      else reject(isClosed(error) ? new OutputClosed() : new OutputFailed(error));
    });
  });
}

function isClosed(error: Error & { readonly code?: string }): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
}

async function readAll(stream: AsyncIterable<unknown>, limitBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array | string);
    sizeBytes += bytes.length;
    if (sizeBytes > limitBytes) throw new InputTooLong(limitBytes);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
