import { z } from 'zod';
import type { PairingView } from '../../core/access/pairing.ts';
import type { Core } from '../../core/core.ts';
import { parseNamespace } from '../../core/lexicon/namespace.ts';
import type { Route } from '../../platform/http.ts';
import { shownApproval } from './listing.ts';
import { readControlBody } from '../../core/control.ts';
import { showApproval } from './show-access.ts';

/** Shorter than the command waits for an answer and than the socket may be silent. */
const longestWaitMs = 5_000;

const beginBody = z.object({ namespace: z.string().nullable() });
const nextBody = z.object({ id: z.number(), version: z.number() });
const endBody = z.object({ id: z.number() });

/** How pairing stands, as the command that pairs sees it. */
export const shownPairing = z.object({
  id: z.number(),
  version: z.number(),
  round: z.number(),
  link: z.string(),
  address: z.string().nullable(),
  /** It was opened through a proxy that does not say from where. */
  isAddressHidden: z.boolean(),
  /** What waits for a yes or no. */
  approval: shownApproval.nullable(),
});
/** Null once it is over. */
export const pairingAnswer = z.object({ pairing: shownPairing.nullable() });

export type ShownPairing = z.output<typeof shownPairing>;

/** What `groundmist app pair` asks over the control socket while it runs. */
export function pairingRoutes(core: Core): readonly Route[] {
  const { pairing } = core.access;
  return [
    {
      method: 'POST',
      path: '/pairing',
      async handle(request) {
        const { namespace } = await readControlBody(request, beginBody);
        const view = pairing.begin(namespace === null ? undefined : parseNamespace(namespace));
        return answer(core, view);
      },
    },
    {
      method: 'POST',
      path: '/pairing/next',
      async handle(request) {
        const seen = await readControlBody(request, nextBody);
        return answer(core, await pairing.next(seen, longestWaitMs));
      },
    },
    {
      method: 'POST',
      path: '/pairing/end',
      async handle(request) {
        pairing.end((await readControlBody(request, endBody)).id);
        return answer(core, undefined);
      },
    },
  ];
}

function answer(core: Core, view: PairingView | undefined): Response {
  const body: z.output<typeof pairingAnswer> = { pairing: view === undefined ? null : show(core, view) };
  return Response.json(body);
}

function show({ access, clientNames, publicUrl }: Core, view: PairingView): ShownPairing {
  const approval = access.list().approvals.find(({ id }) => id === view.approvalId);
  return {
    id: view.id,
    version: view.version,
    round: view.round,
    link: new URL(`/pair/${view.code}`, publicUrl).href,
    address: view.address ?? null,
    isAddressHidden: view.isAddressHidden,
    approval: approval === undefined ? null : showApproval(approval, clientNames),
  };
}
