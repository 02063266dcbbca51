/** What ended the command has been said, where it belongs: nothing is left but the exit code. */
export class Told extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, cause: unknown) {
    super('this has been told', { cause });
    this.name = 'Told';
    this.exitCode = exitCode;
  }
}
