import type { Finding } from '../finding.ts';

type Make = (check: string, cause: string, cure: string) => Finding;

export function ok(check: string, cause: string): Finding {
  return { check, kind: 'ok', cause };
}

export const warning: Make = (check, cause, cure) => ({ check, kind: 'warning', cause, cure });

export const problem: Make = (check, cause, cure) => ({ check, kind: 'problem', cause, cure });

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
