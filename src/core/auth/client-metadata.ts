import { z } from 'zod';
import type { Fetch } from '../../platform/outbound.ts';

const longestName = 60;
/** Controls, marks that turn text around, invisible letters, halves of characters. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]+/gu;
/** The name is shown between quotation marks, and must not seem to end before it does. */
const quotationMarks = /["«»‘’“”„‟″＂]/gu;

/** https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document */
const metadata = z.looseObject({
  client_id: z.string(),
  client_uri: z.string().optional(),
  client_name: z.string().optional(),
});

export interface MetadataFetching {
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}

/**
 * The name in the metadata document of an app, which lies where its client id says; undefined where the document
 * gives none or is not the one of this client id. Fails where there is no document to be had.
 */
export async function fetchClientName(
  clientId: string,
  { fetch, signal }: MetadataFetching,
): Promise<string | undefined> {
  const answer = await fetch(clientId, { headers: { accept: 'application/json' }, signal });
  if (answer.status !== 200) throw new Error(`${new URL(clientId).host} answered with ${answer.status}`);
  return readClientName(clientId, await answer.json().catch(() => undefined));
}

/** The name that this metadata document gives, on one line, without quotation marks, at most 60 characters long. */
export function readClientName(clientId: string, document: unknown): string | undefined {
  const { data } = metadata.safeParse(document);
  if (data?.client_id !== clientId) return undefined;
  if (data.client_uri !== undefined && !isParent(data.client_uri, clientId)) return undefined;
  const name = (data.client_name ?? '').replaceAll(invisible, ' ').replaceAll(quotationMarks, "'");
  const characters = Array.from(name.replaceAll(/\s+/gu, ' ').trim());
  const shown = characters.length > longestName ? [...characters.slice(0, longestName - 1), '…'] : characters;
  return shown.length === 0 ? undefined : shown.join('');
}

/** A home page elsewhere would be another's: PDSes refuse such a document, too (atproto's oauth-provider). */
function isParent(clientUri: string, clientId: string): boolean {
  const parent = URL.parse(clientUri);
  const child = new URL(clientId);
  if (parent?.origin !== child.origin) return false;
  return (
    child.pathname === parent.pathname || child.pathname.startsWith(parent.pathname.replace(/\/?$/, '/'))
  );
}
