import { z } from 'zod';

const prefix = 'urn:ietf:params:acme:error:';
const longestDetail = 400;

/** A problem document (RFC 7807) as ACME has it (RFC 8555 §6.7). Whatever else it is reads as one without a type. */
export const problemSchema = z.object({
  type: z.string().catch(''),
  detail: z.string().catch(''),
});

/** What an authority refused, in its own words. */
export class AcmeProblem extends Error {
  /** The last part of its type: `rateLimited`; empty where there is none. */
  readonly type: string;
  readonly status: number;
  /** Milliseconds, where it says when to come again. */
  readonly retryAfterMs: number | undefined;

  constructor(
    { type, detail }: z.infer<typeof problemSchema>,
    { status, retryAfterMs }: { readonly status: number; readonly retryAfterMs?: number | undefined },
  ) {
    super(detail.slice(0, longestDetail));
    this.name = 'AcmeProblem';
    this.type = type.startsWith(prefix) ? type.slice(prefix.length) : '';
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What an authority said that RFC 8555 does not know. */
export class AcmeNonsense extends Error {}

/** Retry-After (RFC 9110 §10.2.3), seconds or a date, in milliseconds from now; undefined where there is none that reads. */
export function readRetryAfter(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  if (/^[0-9]{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
