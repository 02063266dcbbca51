import { z } from 'zod';
import type { Published } from '../../core/discovery/published-record.ts';
import { urlOfHost } from '../../core/identity/public-url.ts';
import type { ServerDocument } from '../../core/identity/server-document.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { formatTime } from '../../platform/format.ts';

/** Where the public record leads apps. */
export type RecordState =
  | { readonly kind: 'this-server' }
  | { readonly kind: 'another-host'; readonly host: string }
  /** It names this server, and as its DID or key those of another. */
  | { readonly kind: 'another-key' }
  /** There is a record, and no app can use what it says. */
  | { readonly kind: 'no-usable-host' }
  | { readonly kind: 'nothing' };

/** Who this server is. */
export interface Self {
  readonly publicUrl: URL;
  readonly serverDocument: Pick<ServerDocument, 'id' | 'verificationMethod'>;
}

/** What apps may compare with our DID document, where it is there. */
const identity = z.object({
  did: z.string().optional().catch(undefined),
  publicKeyMultibase: z.string().optional().catch(undefined),
});

/** What a record says of this server; its host is a stranger's text, checked when it was read. */
export function judgeRecord(published: Published | undefined, self: Self): RecordState {
  if (published === undefined) return { kind: 'nothing' };
  const { host, value } = published;
  if (host === undefined) return { kind: 'no-usable-host' };
  if (urlOfHost(host).host !== self.publicUrl.host) return { kind: 'another-host', host };
  return { kind: fits(value, self.serverDocument) ? 'this-server' : 'another-key' };
}

function fits(value: unknown, { id, verificationMethod }: Self['serverDocument']): boolean {
  const { did = id, publicKeyMultibase: key } = identity.safeParse(value).data ?? {};
  const keys = verificationMethod.map(({ publicKeyMultibase }) => publicKeyMultibase);
  return did === id && (key === undefined || keys.includes(key));
}

/** What the owner must know of a record that leads apps away from here, or undefined where it does not. */
export function describeProblem(
  state: RecordState,
  since: number,
  { host }: Self['publicUrl'],
): string | undefined {
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
