import { renderTable } from '../bench/report/table.ts';
import { lowest, type Point } from './judgement/growth.ts';
import type { Finding } from './judgement/finding.ts';
import { areWell } from './judgement/judge.ts';
import { windowSeconds } from './judgement/long-life.ts';
import type { Observations } from './observations.ts';
import type { Options } from './options.ts';

/** How a soak ended. */
export interface Ending {
  readonly options: Options;
  readonly seen: Observations;
  readonly findings: readonly Finding[];
  /** Why it could not go on, or what was lost or diverged. */
  readonly failure: string | undefined;
  /** What stock clients threw and nobody caught, with how often. */
  readonly clientErrors: ReadonlyMap<string, number>;
}

export function isWell({ findings, failure, options }: Ending): boolean {
  return failure === undefined && areWell(findings, options.seconds);
}

/** The tables that a person reads. */
export function renderReport({ seen, findings }: Ending): string {
  return [
    renderTable([
      ['what is watched', 'well', 'seen'],
      ...findings.map(({ name, verdict, sentence }) => [name, words[verdict], sentence]),
    ]),
    renderTable([['what devices did', 'how often'], ...counts(seen.deeds)]),
    renderTable([['what happened to the server', 'how often'], ...counts(seen.faults)]),
  ].join('\n\n');
}

/** The same and more for programs, as one line of JSON. */
export function renderSummary(ending: Ending): string {
  const { seen, clientErrors, ...others } = ending;
  return JSON.stringify({
    ok: isWell(ending),
    ...others,
    seen: { ...seen, samples: seen.samples.length, ownMemory: lowest(ownMemoryOf(seen), windowSeconds) },
    clientErrors: Object.fromEntries(clientErrors),
  });
}

const words = { well: 'yes', bad: 'no', 'not judged': 'not judged' } as const;

function ownMemoryOf({ samples }: Observations): readonly Point[] {
  return samples.map(({ at, ownBytes }) => ({ at: Math.round(at), value: ownBytes }));
}

function counts(of: Readonly<Record<string, number>>): readonly (readonly string[])[] {
  const sorted = Object.entries(of).toSorted(([, left], [, right]) => right - left);
  return sorted.map(([name, count]) => [name, count.toLocaleString('en-US')]);
}
