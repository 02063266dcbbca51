import * as Automerge from '@automerge/automerge';
import { seededRandom } from './seeded-random.ts';

interface Content extends Record<string, unknown> {
  text: string;
  list: number[];
}

/** A document that several editors wrote, apart and together, the same for the same seed. */
export function randomHistory(seed: number, steps = 30): Automerge.Doc<Content> {
  const random = seededRandom(seed);
  const below = (end: number): number => Math.floor(random() * end);
  const actorOf = (n: number): string => `${seed.toString(16).padStart(8, '0')}0${n}`;
  const first = Automerge.from<Content>({ text: 'begins', list: [1, 2] }, { actor: actorOf(0) });
  const editors = [first, ...[1, 2].map((n) => Automerge.clone(first, { actor: actorOf(n) }))];
  const edit = (draft: Content): void => {
    const kind = below(5);
    if (kind === 0) draft[`key${below(6)}`] = { nested: [below(100), { deep: 'x'.repeat(below(9)) }] };
    else if (kind === 1) draft.list.push(below(1000));
    else if (kind === 2) delete draft[`key${below(6)}`];
    else
      Automerge.splice(
        draft,
        ['text'],
        below(draft.text.length),
        below(3),
        `w${below(1e6)}`.repeat(1 + below(90)),
      );
  };
  for (let step = 0; step < steps; step++) {
    const [here, there] = [below(editors.length), below(editors.length)];
    const [one, other] = [editors[here], editors[there]];
    if (!one || !other) continue;
    if (random() < 0.7) editors[here] = Automerge.change(one, { time: step, message: `step ${step}` }, edit);
    else if (here !== there) editors[here] = Automerge.merge(one, other);
  }
  const [whole = first, ...others] = editors;
  return random() < 0.5 ? others.reduce((all, one) => Automerge.merge(all, one), whole) : whole;
}
