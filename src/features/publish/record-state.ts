import type { RecordState } from '../../core/discovery/judge-record.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { formatTime } from '../../platform/format.ts';

/** Whether it leads apps away from this server, or astray. */
export function isProblem({ kind }: RecordState): boolean {
  return kind !== 'this-server' && kind !== 'nothing';
}

/** What the owner of the server `host` must know of a record that leads apps away from here, or undefined where it does not. */
export function describeProblem(state: RecordState, since: number, host: string): string | undefined {
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
    case 'nothing':
      return undefined;
  }
}
