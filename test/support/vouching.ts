import type { Verdict, Vouching } from '../../src/core/auth/vouching.ts';

/** A PDS's word without a PDS: the verdict that the test sets, and who was asked about. */
export class TestVouching implements Pick<Vouching, 'vouch'> {
  verdict: Verdict = { kind: 'not vouched' };
  readonly asked: { readonly pdsToken: string; readonly thumbprint: string }[] = [];

  async vouch(pdsToken: string, thumbprint: string): Promise<Verdict> {
    this.asked.push({ pdsToken, thumbprint });
    return this.verdict;
  }
}
