import type { CommandContext } from '../../feature.ts';

/** What one check came upon. */
export type Finding =
  | { readonly check: string; readonly kind: 'ok'; readonly cause: string }
  | {
      readonly check: string;
      /** A `problem` keeps apps from syncing, or will lose something; a `warning` does not yet. */
      readonly kind: 'warning' | 'problem';
      /** What is so, and why that matters: one sentence or two. */
      readonly cause: string;
      /** A command to type, or what to do where no command does it. */
      readonly cure: string;
    };

/** One thing that `doctor` looks at. It never throws for what it looks at: that is a finding. */
export interface Check {
  /** `clock`, `disk`, `websocket`: stable, a program may look for it. */
  readonly name: string;
  find(context: CommandContext): Promise<readonly Finding[]>;
}
