import { z } from 'zod';
import { Failure } from '../failure.ts';
import type { ReservedFile } from '../store/reserved-file.ts';

const time = z.int();
const withdrawalSchema = z.discriminatedUnion('kind', [
  /** All that a device was given. */
  z.object({ kind: z.literal('device'), deviceId: z.string(), at: time }),
  /** What is remembered of an app, by its client id. */
  z.object({ kind: z.literal('remembered app'), clientId: z.string(), at: time }),
  /** The owner's no to a question. */
  z.object({ kind: z.literal('question'), approvalId: z.string(), at: time }),
]);

/** Something the owner takes back or refuses. `at` in milliseconds since 1970. */
export type Withdrawal = Readonly<z.output<typeof withdrawalSchema>>;

/**
 * What the owner took back and the control database has not taken in yet, for no disk lets a no wait. It holds
 * from the moment it is added, and across restarts once it is kept in the reserved file; whoever reads the
 * tables looks here first.
 */
export class Withdrawals {
  readonly #file: ReservedFile | undefined;
  readonly #entries = new Map<string, Withdrawal>();
  /** Whether a withdrawal can be kept also where the disk is full. */
  readonly isReserved: boolean;
  #isKept = false;
  #delay = 'The control database was not opened yet.';

  /** With what an earlier run kept in `file`; without one, only as long as we run. */
  constructor(file?: ReservedFile) {
    this.#file = file;
    this.isReserved = file?.reserve() ?? false;
    for (const line of file?.lines() ?? []) this.#take(line);
    this.#isKept = this.#entries.size > 0;
  }

  /** Why the database does not have them, as a sentence. */
  get delay(): string {
    return this.#delay;
  }

  get entries(): readonly Withdrawal[] {
    return [...this.#entries.values()];
  }

  hasDevice(deviceId: string): boolean {
    return this.#entries.has(`device ${deviceId}`);
  }

  hasRememberedApp(clientId: string): boolean {
    return this.#entries.has(`remembered app ${clientId}`);
  }

  hasQuestion(approvalId: string): boolean {
    return this.#entries.has(`question ${approvalId}`);
  }

  /** They hold from here on, as long as we run. */
  add(withdrawals: readonly Withdrawal[]): void {
    for (const one of withdrawals) this.#entries.set(keyOf(one), one);
  }

  /** They wait, for this reason. */
  delayedBy(cause: unknown): void {
    this.#delay = cause instanceof Error ? cause.message : String(cause);
  }

  /** Keeps all there are across restarts, without the database. `StoreUnavailable` where even that cannot be. */
  keep(cause: unknown): void {
    try {
      if (this.#file === undefined) throw cause;
      this.#file.replace(this.entries.map((one) => JSON.stringify(one)));
      this.#isKept = true;
    } catch (error) {
      throw new Failure(
        'StoreUnavailable',
        'This holds as long as the server runs, but could not be written down: make room on the disk before the server stops. It is tried again every half minute.',
        { cause: error },
      );
    }
  }

  /** The database has them all. Throws what the file system throws, and then they stay. */
  clear(): void {
    if (this.#isKept) this.#file?.replace([]);
    this.#isKept = false;
    this.#entries.clear();
  }

  /** A line cut by a crash was not reported to anybody, so it is passed over. */
  #take(line: string): void {
    const parsed = withdrawalSchema.safeParse(parseJson(line));
    if (parsed.success) this.add([parsed.data]);
  }
}

function keyOf(withdrawal: Withdrawal): string {
  switch (withdrawal.kind) {
    case 'device':
      return `device ${withdrawal.deviceId}`;
    case 'remembered app':
      return `remembered app ${withdrawal.clientId}`;
    case 'question':
      return `question ${withdrawal.approvalId}`;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
