import type { Finding } from './finding.ts';
import { describeUnchecked, type Page } from './report-text.ts';

/** What was not looked at, kept until the end: where one thing is missing a page of the same sentence helps nobody. */
export class Unchecked {
  readonly #namesByCause = new Map<string, string[]>();

  /** Whether it was kept, and is not to be told now. */
  takes({ kind, check, cause }: Finding): boolean {
    if (kind !== 'unchecked') return false;
    const names = this.#namesByCause.get(cause);
    if (names) names.push(check);
    else this.#namesByCause.set(cause, [check]);
    return true;
  }

  /** A line for each reason. */
  describe(page: Page): readonly string[] {
    return [...this.#namesByCause].map(([why, names]) => describeUnchecked(names, why, page));
  }
}
