import { z } from 'zod';
import type { Wish } from '../../core/access/admission.ts';
import { Failure } from '../../core/failure.ts';
import { parseNamespace } from '../../core/lexicon/namespace.ts';
import { documentUrl, parseDocumentId } from '../../core/store/document-id.ts';
import type { Clock } from '../../platform/clock.ts';

const limitBytes = 16 * 1024;
/** A body is a few kilobytes, so whoever takes longer is no app. */
const deadlineMs = 10_000;
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

/** What the body of `POST /authenticate` asks for; `InvalidRequest` or `PayloadTooLarge`, at the latest after 10 s. */
export async function readSignIn(request: Request, clock: Clock): Promise<SignIn> {
  const body = signInBody.safeParse(parseJson(await readText(request, clock)));
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

/** Bun has a limit of its own, but for bytes that trickle in only, and none that another clock could move. */
async function readText(request: Request, clock: Clock): Promise<string> {
  const body: ReadableStream<Uint8Array> | null = request.body;
  const reader = body?.getReader();
  if (reader === undefined) return '';
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(deadlineMs, () =>
    late.reject(new Failure('InvalidRequest', `The body did not arrive within ${deadlineMs / 1000} s.`)),
  );
  try {
    return await Promise.race([readAll(reader), late.promise]);
  } catch (error) {
    // What is left of it is nobody's any more; the connection closes with the answer.
    void reader.cancel().catch(() => {});
    if (error instanceof Failure) throw error;
    // Whoever hangs up in the middle of a body is no fault of ours.
    throw new Failure('InvalidRequest', 'The body broke off.', { cause: error });
  } finally {
    cancel();
  }
}

interface Reader {
  read(): Promise<{ readonly value?: Uint8Array | undefined }>;
}

async function readAll(reader: Reader): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for (;;) {
    const { value } = await reader.read();
    if (value === undefined) return Buffer.concat(chunks).toString('utf8');
    sizeBytes += value.length;
    if (sizeBytes > limitBytes) {
      throw new Failure('PayloadTooLarge', `The body is larger than ${limitBytes} bytes.`);
    }
    chunks.push(value);
  }
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
