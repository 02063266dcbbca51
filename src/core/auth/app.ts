import type { AppClaim } from './credentials.ts';

/** What is known of the app behind a key. */
export interface AppDescription {
  readonly app: AppClaim;
  readonly origin: string | undefined;
}

/**
 * Which app this is, as far as we can tell: the vouched client id, else the Origin, else `other`
 * (its device, or its network before it has one).
 */
export function appKey({ app, origin }: AppDescription, other: string): string {
  if (app.kind === 'vouched') return `client:${app.clientId}`;
  const page = nameOrNothing(origin);
  return page === undefined ? other : `origin:${page}`;
}

/** The name that the owner reads, verified or not; undefined for an app that gave none. */
export function appName({ app, origin }: AppDescription): string | undefined {
  return app.kind === 'vouched' ? app.clientId : (nameOrNothing(app.says) ?? nameOrNothing(origin));
}

/** `null` is the Origin of all pages that have none, as in a sandbox or from a file (RFC 6454 §7.1). */
function nameOrNothing(text: string | undefined): string | undefined {
  return text === 'null' || text === '' ? undefined : text;
}

/** The two columns that keep an `AppClaim`. */
export interface AppColumns {
  readonly app_kind: string;
  readonly app_name: string | null;
}

export function toAppColumns(app: AppClaim): AppColumns {
  if (app.kind === 'vouched') return { app_kind: app.kind, app_name: app.clientId };
  return { app_kind: app.kind, app_name: app.says ?? null };
}

export function fromAppColumns({ app_kind, app_name }: AppColumns): AppClaim {
  if (app_kind === 'vouched' && app_name !== null) return { kind: 'vouched', clientId: app_name };
  return { kind: 'unverified', says: app_name ?? undefined };
}
