import { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import { describeCause } from '../../core/identity/resolve-did.ts';
import { makeServerDocument } from '../../core/identity/server-document.ts';
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

/**
 * Fails with `ServerUnreachable` unless what answers at the public URL has this server's name and the key that
 * follows from its secret: apps that read the record would go there.
 */
export async function checkIsThisServer({ publicUrl, secretKey, fetch }: ServerCheck): Promise<void> {
  const url = new URL('/.well-known/did.json', publicUrl);
  const response = await fetch(url).catch((cause: unknown) => {
    throw elsewhere(publicUrl, describeCause(cause, url), cause);
  });
  if (!response.ok) throw elsewhere(publicUrl, `${url.href} answered with status ${response.status}`);
  const json: unknown = await response.json().catch(() => undefined);
  const answered = documentSchema.safeParse(json).data;
  if (answered === undefined) throw elsewhere(publicUrl, `what answers at ${url.href} is not groundmist`);
  const expected = await makeServerDocument(publicUrl, secretKey);
  if (answered.id !== expected.id) {
    throw elsewhere(publicUrl, 'the groundmist that answers there has another name (GROUNDMIST_HOST)');
  }
  const hasOurKey = expected.verificationMethod.every((ours) =>
    answered.verificationMethod.some(
      (theirs) => theirs.id === ours.id && theirs.publicKeyMultibase === ours.publicKeyMultibase,
    ),
  );
  if (!hasOurKey) {
    throw elsewhere(
      publicUrl,
      'the groundmist that answers there is another one: it has another GROUNDMIST_SYNC_SECRET_KEY',
    );
  }
}

function elsewhere(publicUrl: URL, why: string, cause?: unknown): Failure {
  return new Failure(
    'ServerUnreachable',
    `Apps would not find this server at ${publicUrl.host}: ${why}. ` +
      'Correct the name, DNS or the reverse proxy, or write the record unseen with --skip-check.',
    { cause },
  );
}
