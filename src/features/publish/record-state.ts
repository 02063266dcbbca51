import type { RecordState } from '../../core/discovery/judge-record.ts';
import { Failure, type FailureCode } from '../../core/failure.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { formatTime } from '../../platform/format.ts';

/** What the watch knows of the record; `gone` is one that was there, and that nobody took away with `groundmist publish --remove`. */
export type WatchedState = RecordState | { readonly kind: 'gone' };

/** A look that was not answered. */
export interface Missed {
  /** When the first of a row was missed. */
  readonly since: number;
  readonly error: unknown;
}

/** Whether the owner must hear of it. */
export function isTrouble({ kind }: WatchedState): boolean {
  return kind !== 'this-server' && kind !== 'nothing';
}

/** What the owner must know of a record that is gone; undefined where it is not. */
export function describeLoss({ kind }: WatchedState, since: number): string | undefined {
  if (kind !== 'gone') return undefined;
  return (
    `The public record is gone since ${formatTime(since)}, so new devices do not find this server, and this server was not told that you took it ` +
    'away. Any app that may write all of your records can have done it. `groundmist publish` writes it again; then look ' +
    'which apps your account has let in. If you did it elsewhere, `groundmist publish --remove` here says so.'
  );
}

/** What the owner of the server `host` must know of a record that leads apps away from here, or undefined where it does not. */
export function describeProblem(state: WatchedState, since: number, host: string): string | undefined {
  const seen = `Seen since ${formatTime(since)}.`;
  const advice =
    'Any app that may write all of your records can have done it. ' +
    '`groundmist publish` puts it right; then look which apps your account has let in.';
  switch (state.kind) {
    case 'another-host':
      return (
        `The public record sends your apps to ${escapeUnprintable(state.host)} and not to this server, ${host}. ` +
        `${seen} ${advice} If you moved your server there, stop this one.`
      );
    case 'another-key':
      return (
        `The public record names this server, ${host}, and with it another key or DID than it has, so that apps may ` +
        `take it for a false one. ${seen} Did GROUNDMIST_SYNC_SECRET_KEY change? Else: ${advice}`
      );
    case 'no-usable-host':
      return `The public record names no host that apps can use, so they do not find this server. ${seen} ${advice}`;
    case 'this-server':
    case 'gone':
    case 'nothing':
      return undefined;
  }
}

/** Answers, and not a network that is down: asking again changes nothing until somebody does something. */
const lasting: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'DidGivenUp',
  'DidNotFound',
  'DidDocumentInvalid',
  'PdsMissing',
  'PdsInvalid',
  'AccountInactive',
]);

/** Why a look was not answered, in a sentence. */
export function whyMissed(error: unknown): string {
  return error instanceof Failure ? error.message : String(error);
}

/** What the owner must do before the record can be looked at again; undefined in an outage, which ends by itself. */
export function describeMissed({ since, error }: Missed): string | undefined {
  if (!(error instanceof Failure) || !lasting.has(error.code)) return undefined;
  return (
    `Your public record could not be looked at since ${formatTime(since)}, and new devices may not find this server: ` +
    `${error.message} ${error.kind.hint}`
  );
}
