import { z } from 'zod';
import { readControlBody } from '../../core/control.ts';
import type { Core } from '../../core/core.ts';
import { Failure } from '../../core/failure.ts';
import { isNamespace } from '../../core/lexicon/namespace.ts';
import { parseDocumentId } from '../../core/store/document-id.ts';
import type { Contribution } from '../../feature.ts';

const writeBody = z.object({
  namespace: z.string().refine(isNamespace),
  document: z.string(),
  /** One Automerge change, in base64. */
  change: z.base64(),
  /** Those it was made on. */
  on: z.array(z.string()),
});

/** The heads of the document with the change; null where it had others than those that the change was made on. */
export const written = z.object({ heads: z.array(z.string()).readonly().nullable() });

/** Takes in a change that the owner's command made, as if a device had sent it. */
export function contribute({ hubs }: Pick<Core, 'hubs'>): Contribution {
  return {
    controls: [
      {
        method: 'POST',
        path: '/documents/write',
        async handle(request) {
          const { namespace, document, change, on } = await readControlBody(request, writeBody);
          const id = parseDocumentId(document);
          if (id === undefined) throw new Failure('InvalidRequest', `${document} is no document id.`);
          const hub = await hubs.open(namespace);
          const isWritten = await hub.write(id, Uint8Array.fromBase64(change), on);
          const facts = isWritten ? await hub.store.facts(id) : undefined;
          return Response.json({ heads: facts?.heads ?? null } satisfies z.output<typeof written>);
        },
      },
    ],
  };
}
