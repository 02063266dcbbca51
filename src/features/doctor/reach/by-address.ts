import type { Address } from '../../../platform/outbound-target.ts';
import type { Finding } from '../finding.ts';
import { tellInside } from './inside.ts';

export interface AtAddress {
  /** It is this machine's own, in place of the public one. */
  readonly isInside: boolean;
  readonly address: Address;
  readonly findings: readonly Finding[];
}

/**
 * What was found at each address of the public name: apps take the one or the other, so what is not well at one of them is
 * told, with its address unless it is so at all. Where all is well, one stands for all.
 */
export function tellByAddress(looked: readonly AtAddress[]): readonly Finding[] {
  const [only] = looked;
  if (only?.isInside === true) return only.findings.map((finding) => tellInside(finding, only.address));
  const all = looked.flatMap(({ address: { address }, findings }) =>
    findings.map((finding) => ({ address, finding })),
  );
  const troubles = all.filter(({ finding }) => finding.kind !== 'ok');
  if (troubles.length === 0) return only?.findings ?? [];
  const same = Map.groupBy(troubles, ({ finding }) => JSON.stringify(finding));
  return [...same.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    if (group.length === looked.length) return [first.finding];
    const where = group.map(({ address }) => address).join(' and ');
    return [{ ...first.finding, cause: `${first.finding.cause} That is so at ${where}.` }];
  });
}
