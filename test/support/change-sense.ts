import * as Automerge from '@automerge/automerge';

type DecodedChange = ReturnType<typeof Automerge.decodeChange>;
type Operation = Partial<Record<'key' | 'elemId' | 'insert', unknown>> & DecodedChange['ops'][number];
/** An operation, and the hash of its change. */
type Known = Operation & { readonly from: string };

/** What only the changes before a change can tell of it: the rest of a sentence each. */
export class ChangeSense {
  readonly #changes = new Map<string, DecodedChange>();
  readonly #operations = new Map<string, Known>();

  constructor(changes: readonly Uint8Array[]) {
    for (const change of changes.map((bytes) => Automerge.decodeChange(bytes))) {
      this.#changes.set(change.hash ?? '', change);
      for (const [id, operation] of operationsOf(change)) this.#operations.set(id, operation);
    }
  }

  get ids(): readonly string[] {
    return [...this.#operations.keys()];
  }

  /** Why this change makes no sense on top of those before it. */
  whyNot(change: DecodedChange): readonly string[] {
    const ancestors = this.#ancestorsOf(change);
    const operations = new Map(this.#operations);
    for (const [id, { from }] of operations) if (!ancestors.has(from)) operations.delete(id);
    const reasons = [...this.#whyNotAfter([...ancestors.values()], change)];
    for (const [id, operation] of operationsOf(change)) {
      reasons.push(...whyNotHere(operation, operations));
      operations.set(id, operation);
    }
    // Last, for by itself it mostly does no harm.
    if (change.startOp > maxOpOf(ancestors.values()) + 1) reasons.push('its counters leave some out');
    return reasons;
  }

  #ancestorsOf(change: DecodedChange): Map<string, DecodedChange> {
    const found = new Map<string, DecodedChange>();
    const wanted = [...change.deps];
    for (let hash = wanted.pop(); hash !== undefined; hash = wanted.pop()) {
      const ancestor = this.#changes.get(hash);
      if (!ancestor || found.has(hash)) continue;
      found.set(hash, ancestor);
      wanted.push(...ancestor.deps);
    }
    return found;
  }

  *#whyNotAfter(ancestors: readonly DecodedChange[], change: DecodedChange): Iterable<string> {
    if (change.deps.some((hash) => !this.#changes.has(hash))) yield 'a dependency is missing';
    if (change.startOp <= maxOpOf(ancestors)) yield 'its counters are those of others';
    const own = ancestors.filter(({ actor }) => actor === change.actor).map(({ seq }) => seq);
    if (change.seq !== Math.max(0, ...own) + 1) yield 'its number does not follow';
  }
}

function maxOpOf(changes: Iterable<DecodedChange>): number {
  return Math.max(0, ...Array.from(changes, ({ startOp, ops }) => startOp + ops.length - 1));
}

function operationsOf(change: DecodedChange): readonly (readonly [string, Known])[] {
  return change.ops.map((operation, index) => [
    `${change.startOp + index}@${change.actor}`,
    { ...operation, from: change.hash ?? '' },
  ]);
}

function* whyNotHere(operation: Operation, known: ReadonlyMap<string, Known>): Iterable<string> {
  const { obj, key, elemId, pred } = operation;
  const kind = obj === '_root' ? 'makeMap' : known.get(obj)?.action;
  if (kind === undefined || !kind.startsWith('make')) yield 'an object does not exist';
  else if ((kind === 'makeMap') !== (key !== undefined)) yield 'an object has keys of another kind';
  if (typeof elemId === 'string' && elemId !== '_head') {
    const element = known.get(elemId);
    if (!element?.insert || element.obj !== obj) yield 'an element does not exist';
  }
  for (const id of pred) {
    const before = known.get(id);
    const place = before?.insert ? id : before?.elemId;
    const isSame = before?.obj === obj && (key === undefined ? place === elemId : before.key === key);
    const leftSomething = before && before.action !== 'del' && !before.action.startsWith('mark');
    if (!isSame || !leftSomething) yield 'a predecessor does not exist';
  }
}
