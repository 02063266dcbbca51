import type { Published } from '../../core/discovery/published-record.ts';
import { urlOfHost } from '../../core/identity/public-url.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { formatTime } from '../../platform/format.ts';

/** Where the public record leads apps. */
export type RecordState =
  | { readonly kind: 'this-server' }
  | { readonly kind: 'another-host'; readonly host: string }
  /** There is a record, and no app can use what it says. */
  | { readonly kind: 'no-usable-host' }
  | { readonly kind: 'nothing' };

/** What a record says of the server at `publicUrl`; its host is a stranger's text, checked when it was read. */
export function judgeRecord(published: Published | undefined, publicUrl: URL): RecordState {
  if (published === undefined) return { kind: 'nothing' };
  if (published.host === undefined) return { kind: 'no-usable-host' };
  const isOurs = urlOfHost(published.host).host === publicUrl.host;
  return isOurs ? { kind: 'this-server' } : { kind: 'another-host', host: published.host };
}

/** What the owner must know of a record that leads apps away from here, or undefined where it does not. */
export function describeProblem(state: RecordState, since: number, publicUrl: URL): string | undefined {
  const advice =
    `Seen since ${formatTime(since)}. Any app that may write all of your records can have done it. ` +
    '`groundmist publish` puts it right; then look which apps your account has let in.';
  switch (state.kind) {
    case 'another-host':
      return (
        `The public record sends your apps to ${escapeUnprintable(state.host)} and not to this server, ` +
        `${publicUrl.host}. ${advice} If you moved your server there, stop this one.`
      );
    case 'no-usable-host':
      return `The public record names no host that apps can use, so they do not find this server. ${advice}`;
    case 'this-server':
    case 'nothing':
      return undefined;
  }
}
