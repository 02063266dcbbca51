import { z } from 'zod';

const mostCharacters = 300;

/** A header as it came, cut where it is longer than an honest one. */
const header = z
  .string()
  .transform((text) => text.slice(0, mostCharacters))
  .nullable();

/** What the running server saw of a probe that `doctor` sent through the public name. */
export const arrivalSchema = z.object({
  way: z.enum(['http', 'websocket']),
  host: header,
  forwardedFor: header,
  /** The address at the other end of the connection. */
  peer: z.string(),
  /** Whether the peer is in GROUNDMIST_TRUSTED_PROXIES. */
  isPeerTrusted: z.boolean(),
  /** Whom the server takes for the client. */
  address: z.string(),
  transport: z.enum(['sealed', 'clear', 'clear-before-proxy']),
});

export type Arrival = z.output<typeof arrivalSchema>;

/** A probe that was opened: the code that it is sent with, and what the server answers to it and to nothing else. */
export const openedSchema = z.object({ code: z.string(), answer: z.string() });

export type Opened = z.output<typeof openedSchema>;

/** What arrived under a code; null where nothing did. */
export const readingSchema = z.object({ arrival: arrivalSchema.nullable() });

/** Where probes come in. */
export const probePath = '/probe';

/** With this code the server ends the socket of a probe, when it is sent an empty frame (RFC 6455 §7.4.2). */
export const probeCloseCode = 4000;

/** What the server echoes on one socket, in all. */
export const mostEchoedBytes = 256 * 1024;
