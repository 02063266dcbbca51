import { z } from 'zod';
import { describeCause } from '../identity/resolve-did.ts';
import { makeServerDocument } from '../identity/server-document.ts';
import type { Fetch } from '../../platform/outbound.ts';

export interface ServerCheck {
  readonly publicUrl: URL;
  /** Of this server, in hex. */
  readonly secretKey: string;
  readonly fetch: Fetch;
}

const documentSchema = z.object({
  id: z.string(),
  verificationMethod: z.array(z.object({ id: z.string(), publicKeyMultibase: z.string() })),
});

/** Whether apps that go to a public URL come to this server. */
export type ServerFinding =
  | { readonly kind: 'this-server' }
  /** `why` is the rest of a sentence. */
  | { readonly kind: 'elsewhere'; readonly why: string; readonly cause?: unknown };

/** Asks what answers at the public URL for its name and its key: they must be this server's, which follow from its secret. */
export async function findServer({ publicUrl, secretKey, fetch }: ServerCheck): Promise<ServerFinding> {
  const url = new URL('/.well-known/did.json', publicUrl);
  const response = await fetch(url).catch((error: unknown) => elsewhere(describeCause(error, url), error));
  if (!(response instanceof Response)) return response;
  if (!response.ok) return elsewhere(`${url.href} answered with status ${response.status}`);
  const json: unknown = await response.json().catch(() => undefined);
  const answered = documentSchema.safeParse(json).data;
  if (answered === undefined) return elsewhere(`what answers at ${url.href} is not groundmist`);
  const expected = await makeServerDocument(publicUrl, secretKey);
  if (answered.id !== expected.id) {
    return elsewhere('the groundmist that answers there has another name (GROUNDMIST_HOST)');
  }
  const hasOurKey = expected.verificationMethod.every((ours) =>
    answered.verificationMethod.some(
      (theirs) => theirs.id === ours.id && theirs.publicKeyMultibase === ours.publicKeyMultibase,
    ),
  );
  if (hasOurKey) return { kind: 'this-server' };
  return elsewhere(
    'the groundmist that answers there is another one: it has another GROUNDMIST_SYNC_SECRET_KEY',
  );
}

function elsewhere(why: string, cause?: unknown): ServerFinding {
  return { kind: 'elsewhere', why, cause };
}
