import { editDistance } from '../../platform/nearest.ts';

const mostShown = 3;

/** Up to three names close to `wanted`, the nearest first; names further than a quarter of its length are left out. */
export function nearestNames(wanted: string, names: Iterable<string>): readonly string[] {
  const reach = Math.max(2, Math.floor(wanted.length / 4));
  return [...new Set(names)]
    .filter((name) => Math.abs(name.length - wanted.length) <= reach)
    .map((name) => ({ name, distance: editDistance(wanted, name) }))
    .filter(({ distance }) => distance <= reach)
    .toSorted((one, other) => one.distance - other.distance || (one.name < other.name ? -1 : 1))
    .slice(0, mostShown)
    .map(({ name }) => name);
}
