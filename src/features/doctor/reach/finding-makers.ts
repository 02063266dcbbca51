import { escapeUnprintable } from '../../../platform/escape.ts';
import type { Finding } from '../finding.ts';

type Make = (check: string, cause: string, cure: string) => Finding;

/** Much of what is said here was said by strangers, so all of it is made harmless for a terminal. */
export function ok(check: string, cause: string): Finding {
  return { check, kind: 'ok', cause: escapeUnprintable(cause) };
}

export const warning: Make = (check, cause, cure) => makeTrouble(check, 'warning', { cause, cure });

export const problem: Make = (check, cause, cure) => makeTrouble(check, 'problem', { cause, cure });

function makeTrouble(
  check: string,
  kind: 'warning' | 'problem',
  { cause, cure }: { readonly cause: string; readonly cure: string },
): Finding {
  return { check, kind, cause: escapeUnprintable(cause), cure: escapeUnprintable(cure) };
}

/** What one look came upon, and what the looks after it need; undefined where they cannot be made. */
export interface Look<Value> {
  readonly findings: readonly Finding[];
  readonly value: Value | undefined;
}

/** Ends a look that others stand on: they are named here, once, and say nothing themselves. */
export function stopped(finding: Finding, leftOut: string): Look<never> {
  const cause = `${finding.cause} Not checked because of this: ${leftOut}.`;
  return { findings: [{ ...finding, cause }], value: undefined };
}
