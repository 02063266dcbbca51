import { renderTable } from '../bench/report/table.ts';
import type { Finding } from './judgement/judge.ts';
import type { Options } from './options.ts';
import type { Observations } from './soak.ts';

/** The tables that a person reads. */
export function report(seen: Observations, findings: readonly Finding[]): string {
  return [
    renderTable([
      ['what is watched', 'well', 'seen'],
      ...findings.map(({ name, isBad, sentence }) => [name, isBad ? 'no' : 'yes', sentence]),
    ]),
    renderTable([['what devices did', 'how often'], ...counts(seen.deeds)]),
    renderTable([['what happened to the server', 'how often'], ...counts(seen.faults)]),
  ].join('\n\n');
}

/** The same and more for programs. */
export function summary(
  options: Options,
  seen: Observations,
  findings: readonly Finding[],
  failure: string | undefined,
  clientErrors: ReadonlyMap<string, number>,
): unknown {
  const { samples, ...others } = seen;
  return {
    ok: failure === undefined && findings.every(({ isBad }) => !isBad),
    options,
    failure,
    findings,
    ...others,
    samples: samples.length,
    clientErrors: Object.fromEntries(clientErrors),
  };
}

function counts(of: Readonly<Record<string, number>>): readonly (readonly string[])[] {
  return Object.entries(of).map(([name, count]) => [name, count.toLocaleString('en-US')]);
}
