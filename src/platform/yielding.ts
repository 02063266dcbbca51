import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Takes this process behind the others of the machine: in CPU time, and where memory runs out it goes first. */
export function yieldToOthers(): void {
  attempt(() => setPriority(constants.priority.PRIORITY_BELOW_NORMAL));
  attempt(() => writeFileSync('/proc/self/oom_score_adj', '1000'));
}

/** A system that does not know of such things, or forbids them, is as good without. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // Nothing depends on it.
  }
}
