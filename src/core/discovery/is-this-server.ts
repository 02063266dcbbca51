import { z } from 'zod';
import type { Fetch } from '../../platform/outbound.ts';
import type { Did } from '../identity/did.ts';
import { describeCause } from '../identity/resolve-did.ts';
import { makeServerDocument, type ServerDocument } from '../identity/server-document.ts';
import { quoteRemote } from './remote-words.ts';

export interface ServerCheck {
  readonly publicUrl: URL;
  /** Of this server, in hex. */
  readonly secretKey: string;
  /** Whose this server is. */
  readonly owner: Did;
  readonly fetch: Fetch;
}

/** Whether apps that go to a public URL come to this server. */
export type ServerFinding =
  /** `caveat` is a sentence about what could not be checked. */
  | { readonly kind: 'this-server'; readonly caveat?: string }
  /** `why` is the rest of a sentence. */
  | { readonly kind: 'elsewhere'; readonly why: string; readonly cause?: unknown };

const documentSchema = z.object({
  id: z.string(),
  /** One DID or several (https://www.w3.org/TR/did-1.0/#did-controller). */
  controller: z.union([z.string(), z.array(z.string())]).optional(),
  verificationMethod: z.array(z.object({ id: z.string(), publicKeyMultibase: z.string() })),
});
type AnsweredDocument = z.output<typeof documentSchema>;

const healthSchema = z.object({ status: z.string() });

type Answer<Json> = { readonly kind: 'json'; readonly json: Json } | (ServerFinding & { kind: 'elsewhere' });

/**
 * Asks what answers at the public URL for its name, its key and its owner: they must be this server's. Name and key
 * follow from the settings, so another server that happens to be there is told from this one, and one that is not alive too.
 */
export async function findServer(check: ServerCheck): Promise<ServerFinding> {
  const { publicUrl, secretKey, owner } = check;
  const answered = await ask(check, '/.well-known/did.json', documentSchema);
  if (answered.kind === 'elsewhere') return answered;
  const finding = compare(answered.json, await makeServerDocument(publicUrl, secretKey, owner));
  if (finding.kind === 'elsewhere') return finding;
  const health = await ask(check, '/health', healthSchema);
  return health.kind === 'elsewhere' ? health : finding;
}

function compare(answered: AnsweredDocument, ours: ServerDocument): ServerFinding {
  if (answered.id !== ours.id) {
    return elsewhere(
      `the groundmist that answers there has another name (GROUNDMIST_HOST): ${quoteRemote(answered.id)}`,
    );
  }
  const hasOurKey = ours.verificationMethod.every((our) =>
    answered.verificationMethod.some(
      (their) => their.id === our.id && their.publicKeyMultibase === our.publicKeyMultibase,
    ),
  );
  if (!hasOurKey) {
    return elsewhere(
      'the groundmist that answers there is another one: it has another GROUNDMIST_SYNC_SECRET_KEY',
    );
  }
  if (answered.controller === undefined) {
    const caveat = 'The groundmist that answers there is an older one, which does not say whose it is.';
    return { kind: 'this-server', caveat };
  }
  if ([answered.controller].flat().includes(ours.controller)) return { kind: 'this-server' };
  const whose = quoteRemote([answered.controller].flat().join(', '));
  return elsewhere(
    `the groundmist that answers there has this secret but belongs to somebody else (ATPROTO_DID): ${whose}`,
  );
}

async function ask<Json>(
  { publicUrl, fetch }: ServerCheck,
  path: string,
  schema: z.ZodType<Json>,
): Promise<Answer<Json>> {
  const url = new URL(path, publicUrl);
  const response = await fetch(url).catch((error: unknown) => elsewhere(describeCause(error, url), error));
  if (!(response instanceof Response)) return response;
  if (!response.ok) return elsewhere(`${url.href} answered with status ${response.status}`);
  const json: unknown = await response.json().catch(() => undefined);
  const parsed = schema.safeParse(json);
  if (parsed.success) return { kind: 'json', json: parsed.data };
  return elsewhere(`what answers at ${url.href} is not groundmist`);
}

function elsewhere(why: string, cause?: unknown): ServerFinding & { kind: 'elsewhere' } {
  return { kind: 'elsewhere', why, cause };
}
