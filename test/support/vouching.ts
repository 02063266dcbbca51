import type { Asker } from '../../src/core/auth/vouching-budget.ts';
import type { Verdict, Vouching } from '../../src/core/auth/vouching.ts';

/** A PDS's word without a PDS: the verdict that the test sets, and who was asked about. */
export class TestVouching implements Pick<Vouching, 'vouch'> {
  verdict: Verdict = { kind: 'not vouched' };
  readonly asked: { readonly pdsToken: string; readonly asker: Asker }[] = [];

  async vouch(pdsToken: string, asker: Asker): Promise<Verdict> {
    this.asked.push({ pdsToken, asker });
    return this.verdict;
  }
}
