/** Where a command speaks: results to stdout, talk to stderr. */
export interface Terminal {
  /** A person sits at stdin and stderr, so questions may be asked. */
  readonly isInteractive: boolean;
  readonly hasColor: boolean;
  readonly width: number;
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
  /** A result, one line or several, to stdout. Resolves once it is written (a pipe may be slow). */
  result(text: string): Promise<void>;
  /** Talk to the person, to stderr; silent with --quiet. */
  note(text: string): void;
  /** A problem, to stderr, also with --quiet. */
  problem(text: string): void;
  /** The environment, for NO_COLOR, PAGER, passwords and the like. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** All of stdin as text, up to `limitBytes`. */
  readInput(limitBytes: number): Promise<string>;
}
