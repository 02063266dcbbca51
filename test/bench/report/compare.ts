import type { Figures, Scenario } from '../scenarios/scenario.ts';
import type { Sizes } from '../scenarios/sizes.ts';
import type { ServerKind } from '../servers/home.ts';
import { toResult, type Result, type Side } from './result.ts';

/** A run that gave no figures. */
export interface Failed {
  readonly scenario: string;
  readonly server: Side;
  readonly reason: string;
}

/** Runs a scenario against each server in turn, the order reversed every time, so that a busy minute hits both alike. */
export async function compare(
  scenario: Scenario,
  kinds: readonly ServerKind[],
  sizes: Sizes,
): Promise<{ readonly results: readonly Result[]; readonly failed: readonly Failed[] }> {
  const found: Record<Side, Figures[]> = { stock: [], groundmist: [] };
  const failed: Failed[] = [];
  for (let round = 0; round < scenario.rounds(sizes); round++) {
    for (const kind of round % 2 === 0 ? kinds : kinds.toReversed()) {
      console.error(`bench: ${scenario.name}, ${kind.name}, run ${round + 1}`);
      try {
        found[kind.name].push(await scenario.measure(kind, sizes));
      } catch (error) {
        failed.push({ scenario: scenario.name, server: kind.name, reason: String(error) });
      }
    }
  }
  const results = scenario.rows(sizes).map((row) =>
    toResult(row, {
      stock: found.stock.flatMap((figures) => figures[row.id] ?? []),
      groundmist: found.groundmist.flatMap((figures) => figures[row.id] ?? []),
    }),
  );
  return { results, failed };
}
