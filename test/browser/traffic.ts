import { z } from 'zod';

/** One thing that a page did on the network, as the browser tells it. */
export type Traffic =
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'answer'; readonly url: string; readonly status: number }
  | { readonly kind: 'socket'; readonly url: string };

const headers = z.record(z.string().toLowerCase(), z.string());
const request = z.object({ request: z.object({ method: z.string(), url: z.string(), headers }) });
const response = z.object({ response: z.object({ url: z.string(), status: z.number() }) });
const socket = z.object({ url: z.string() });

/** What a DevTools event tells about the network; mostly nothing. */
export function readTraffic(method: string, parameters: unknown): readonly Traffic[] {
  switch (method) {
    case 'Network.requestWillBeSent':
      return [{ kind: 'request', ...request.parse(parameters).request }];
    case 'Network.responseReceived':
      return [{ kind: 'answer', ...response.parse(parameters).response }];
    case 'Network.webSocketCreated':
      return [{ kind: 'socket', ...socket.parse(parameters) }];
    default:
      return [];
  }
}
