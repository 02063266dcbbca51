import { z } from 'zod';
import type { Wish } from '../../core/access/admission.ts';
import { Failure } from '../../core/failure.ts';
import { parseNamespace } from '../../core/lexicon/namespace.ts';
import { documentUrl, parseDocumentId } from '../../core/store/document-id.ts';

const limitBytes = 16 * 1024;
const urlPrefix = 'automerge:';

const signInBody = z.object({
  lexiconAuthorityDomain: z.string(),
  rootDocUrl: z.string().nullish(),
  serviceAuth: z.string().optional(),
});

export interface SignIn {
  readonly wish: Wish;
  /** The service JWT beside a PDS token. */
  readonly serviceAuth: string | undefined;
}

/** What the body of `POST /authenticate` asks for; `InvalidRequest` or `PayloadTooLarge`. */
export async function readSignIn(request: Request): Promise<SignIn> {
  const body = signInBody.safeParse(parseJson(await readText(request)));
  if (!body.success) {
    const member = body.error.issues[0]?.path.join('.');
    throw new Failure(
      'InvalidRequest',
      `The body must be { lexiconAuthorityDomain, rootDocUrl, serviceAuth? }${member ? `; "${member}" is not right` : ''}.`,
    );
  }
  const { lexiconAuthorityDomain, rootDocUrl, serviceAuth } = body.data;
  return {
    wish: {
      namespace: parseNamespace(lexiconAuthorityDomain),
      rootDocumentUrl: rootDocUrl ? parseRootDocument(rootDocUrl) : undefined,
    },
    serviceAuth,
  };
}

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const body: ReadableStream<Uint8Array> | null = request.body;
  try {
    for await (const chunk of body ?? []) {
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    // Whoever hangs up in the middle of a body is no fault of ours.
    throw new Failure('InvalidRequest', 'The body broke off.', { cause: error });
  }
  if (sizeBytes <= limitBytes) return Buffer.concat(chunks).toString('utf8');
  throw new Failure('PayloadTooLarge', `The body is larger than ${limitBytes} bytes.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure('InvalidRequest', 'The body is not JSON.', { cause: error });
  }
}

function parseRootDocument(url: string): string {
  const id = url.startsWith(urlPrefix) ? parseDocumentId(url) : undefined;
  if (id !== undefined) return documentUrl(id);
  throw new Failure('InvalidRequest', 'rootDocUrl is not an automerge: URL; send null if there is none yet.');
}
