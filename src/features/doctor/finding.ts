import type { CommandContext } from '../../feature.ts';
import type { Settings } from '../../platform/config.ts';

/** What one check came upon. */
export type Finding =
  | { readonly check: string; readonly kind: 'ok'; readonly cause: string }
  /** Nobody could look, or on this system nobody can; `cause` says why. It is no fault. */
  | { readonly check: string; readonly kind: 'unchecked'; readonly cause: string }
  | {
      readonly check: string;
      /** A `problem` keeps apps from syncing, or will lose something; a `warning` does not yet. */
      readonly kind: 'warning' | 'problem';
      /** What is so, and why that matters: one sentence or two. */
      readonly cause: string;
      /** Commands to type as they stand, one a line (`cure.ts` knows what they begin with); or words, where no command does it. */
      readonly cure: string;
    };

/** One thing that `doctor` looks at. It never throws for what it looks at: that is a finding. */
export interface Check {
  /** `clock`, `disk`, `websocket`: stable, a program may look for it. */
  readonly name: string;
  /** It is left out where one of these cannot be read, which `configuration` tells of. */
  readonly needs?: Settings;
  /** It can be looked at before anything has been set up. */
  readonly isBasic?: true;
  find(context: CommandContext): Promise<readonly Finding[]>;
}

/** Makes the findings of one check. */
export interface Findings {
  ok(cause: string): Finding;
  unchecked(cause: string): Finding;
  warning(cause: string, cure: string): Finding;
  problem(cause: string, cure: string): Finding;
}

export function findingsOf(check: string): Findings {
  return {
    ok: (cause) => ({ check, kind: 'ok', cause }),
    unchecked: (cause) => ({ check, kind: 'unchecked', cause }),
    warning: (cause, cure) => ({ check, kind: 'warning', cause, cure }),
    problem: (cause, cure) => ({ check, kind: 'problem', cause, cure }),
  };
}
