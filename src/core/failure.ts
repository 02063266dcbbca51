import { identityFailures } from './identity-failures.ts';

/** How a failure looks from outside: over HTTP, as a WebSocket close code, as an exit code. */
interface FailureKind {
  readonly status: number;
  readonly close: number;
  readonly exit: number;
  readonly hint: string;
}

/**
 * Every failure groundmist reports, by its code. Codes in HTTP bodies follow XRPC
 * (`{ error, message }`); close codes RFC 6455 §7.4; exit codes docs/reference/failures.md.
 */
export const failures = {
  InvalidRequest: {
    status: 400,
    close: 1008,
    exit: 2,
    hint: 'Correct what was asked; --help and docs/protocol.md show its form.',
  },
  Usage: { status: 400, close: 1008, exit: 2, hint: 'Run the command with --help.' },
  ConfigurationInvalid: {
    status: 500,
    close: 1011,
    exit: 2,
    hint: 'Correct the setting, or run `groundmist init`.',
  },
  UseDpopNonce: {
    status: 401,
    close: 1008,
    exit: 4,
    hint: 'Repeat the proof with the nonce of the DPoP-Nonce header.',
  },
  InvalidDpopProof: {
    status: 401,
    close: 1008,
    exit: 4,
    hint: 'Send a DPoP proof (RFC 9449) made for this request.',
  },
  ApprovalRequired: {
    status: 403,
    close: 1008,
    exit: 4,
    hint: 'The owner answers with `groundmist app approve`.',
  },
  NotPermitted: {
    status: 403,
    close: 1008,
    exit: 4,
    hint: 'The owner sees what is allowed with `groundmist app list`.',
  },
  TlsRequired: {
    status: 403,
    close: 1008,
    exit: 4,
    hint: 'Use https; the owner names the proxy that brings it in GROUNDMIST_TRUSTED_PROXIES.',
  },
  LoginRefused: { status: 403, close: 1008, exit: 4, hint: 'Check the account and use an app password.' },
  NotFound: {
    status: 404,
    close: 1008,
    exit: 1,
    hint: 'Check the name: `groundmist inspect` and `groundmist app list` show what there is.',
  },
  MomentNotFound: {
    status: 404,
    close: 1008,
    exit: 1,
    hint: '`groundmist inspect <document> --history` shows which moments there were.',
  },
  MethodNotAllowed: { status: 405, close: 1008, exit: 1, hint: 'See the Allow header.' },
  PayloadTooLarge: { status: 413, close: 1009, exit: 1, hint: 'Send less at once.' },
  RateLimited: {
    status: 429,
    close: 1013,
    exit: 5,
    hint: 'Wait a while, then try again; apps are told how long in Retry-After.',
  },
  ...identityFailures,
  IdentityUnresolved: {
    status: 503,
    close: 1013,
    exit: 1,
    hint: 'Try again in a minute; the owner sees why with `groundmist doctor`.',
  },
  PdsUnavailable: {
    status: 502,
    close: 1013,
    exit: 1,
    hint: 'Check the network and your PDS, then try again.',
  },
  AccountInactive: {
    status: 502,
    close: 1013,
    exit: 1,
    hint: 'Activate the account again at its PDS; where it moved to another, wait until your identity names that one.',
  },
  RecordChanged: {
    status: 409,
    close: 1013,
    exit: 5,
    hint: 'Run it again: it shows what is there now.',
  },
  ServerUnreachable: { status: 503, close: 1013, exit: 1, hint: 'Start it with `groundmist serve`.' },
  StoreUnavailable: {
    status: 503,
    close: 1013,
    exit: 1,
    hint: 'Check that the disk has room, and whose the files are.',
  },
  Stopping: {
    status: 503,
    close: 1001,
    exit: 1,
    hint: 'Ask again in a moment: a server that is restarted is back by then.',
  },
  StoreReadOnly: {
    status: 503,
    close: 1013,
    exit: 1,
    hint: 'Make room on the disk; after an error of the disk check it and start groundmist again.',
  },
  RootRequired: {
    status: 403,
    close: 1008,
    exit: 4,
    hint: 'Run it as root: with `sudo` before it.',
  },
  ServiceFailed: {
    status: 503,
    close: 1013,
    exit: 1,
    hint: '`groundmist doctor` says what keeps a server from running.',
  },
  NotReady: {
    status: 503,
    close: 1013,
    exit: 3,
    hint: 'Each of its sentences says what to do.',
  },
  ProblemsFound: {
    status: 503,
    close: 1013,
    exit: 3,
    hint: 'What to type stands under each of them; then run `groundmist doctor` again.',
  },
  StoreDamaged: {
    status: 500,
    close: 1011,
    exit: 3,
    hint: '`groundmist verify` says what is lost; keep a copy of the data directory, then --repair keeps what loads.',
  },
  StoreNewer: {
    status: 503,
    close: 1013,
    exit: 1,
    hint: '`groundmist --version` says which this is.',
  },
  BackupDamaged: {
    status: 500,
    close: 1011,
    exit: 3,
    hint: 'Use another backup: `groundmist backup list` shows which there are.',
  },
  BackupForeign: {
    status: 400,
    close: 1008,
    exit: 2,
    hint: 'Name a file that `groundmist backup create` made.',
  },
  RestoreUnfinished: {
    status: 500,
    close: 1011,
    exit: 3,
    hint: 'Do what the sentence says; nothing was deleted.',
  },
  WrongKey: {
    status: 403,
    close: 1008,
    exit: 4,
    hint: 'Try the passphrase or the identity that it was made for; nobody opens it without.',
  },
  PlaceTaken: {
    status: 400,
    close: 1008,
    exit: 2,
    hint: 'Name another place; nothing was changed.',
  },
  FileMissing: {
    status: 404,
    close: 1008,
    exit: 1,
    hint: 'Check the path, and that this user may read it.',
  },
  Busy: { status: 503, close: 1013, exit: 5, hint: 'Wait, or end what holds it.' },
  ProtocolViolation: {
    status: 400,
    close: 1002,
    exit: 1,
    hint: 'Speak the automerge-repo websocket protocol, version 1.',
  },
  Internal: {
    status: 500,
    close: 1011,
    exit: 1,
    hint: 'Run it again with --verbose; the log has the cause.',
  },
} as const satisfies Record<string, FailureKind>;

export type FailureCode = keyof typeof failures;

/** An answer of "no" or "cannot" with a code from the table and a sentence for its reader. */
export class Failure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.code = code;
  }

  get kind(): FailureKind {
    return failures[this.code];
  }
}

/** What may be said of `error` outside: a Failure as it is, anything else as `Internal` with the cause kept. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('Internal', 'Something went wrong inside groundmist.', { cause: error });
}
