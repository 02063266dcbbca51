import { z } from 'zod';
import { ask } from '../../../ask-server.ts';
import type { CommandContext } from '../../../feature.ts';
import type { Fetch } from '../../../platform/outbound.ts';
import { OutboundError } from '../../../platform/outbound-error.ts';
import { programOf, type ProxyProgram } from './proxy-lines.ts';
import { openedSchema, probePath, readingSchema, type Arrival, type Opened } from '../arrival.ts';

/** Opens probes at the running server and reads what arrived, over the control socket. */
export interface Probing {
  open(): Promise<Opened>;
  read(code: string): Promise<Arrival | undefined>;
}

export function probingOf(context: CommandContext): Probing {
  return {
    open: () => ask(context, { method: 'POST', path: '/probes' }, openedSchema),
    async read(code) {
      const { arrival } = await ask(context, { method: 'GET', path: `/probes/${code}` }, readingSchema);
      return arrival ?? undefined;
    },
  };
}

export function probeUrl(publicUrl: URL, { code }: Opened): URL {
  const url = new URL(probePath, publicUrl);
  url.searchParams.set('code', code);
  return url;
}

/** What came back to a probe sent by HTTP. */
export type Answered =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly program: ProxyProgram | undefined;
    }
  | { readonly kind: 'none'; readonly error: OutboundError };

export async function sendProbe(
  url: URL,
  fetch: Fetch,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  try {
    const response = await fetch(url, { headers });
    const program = programOf(response.headers.get('server'));
    return { kind: 'answer', status: response.status, body: await response.text(), program };
  } catch (error) {
    if (error instanceof OutboundError) return { kind: 'none', error };
    throw error;
  }
}

const answerSchema = z.object({ answer: z.string() });

/** Whether this is the answer that the server gives to this probe, and to none before it. */
export function isAnswerTo({ answer }: Opened, answered: Answered): boolean {
  if (answered.kind !== 'answer' || answered.status !== 200) return false;
  const body = answerSchema.safeParse(parseJson(answered.body));
  return body.success && body.data.answer === answer;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
