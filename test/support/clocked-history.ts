import * as Automerge from '@automerge/automerge';

/** One change to be made: by whom, when by their clock, on top of which others. */
export interface PlannedChange {
  readonly by: string;
  /** Seconds since 1970; 0 says no time. */
  readonly time: number;
  /** Places in the plan; none for the first change of all. */
  readonly after: readonly number[];
  readonly message?: string;
}

export interface MadeHistory {
  readonly document: Automerge.Doc<Record<string, unknown>>;
  /** In the order of the plan. */
  readonly hashes: readonly string[];
}

/** A document whose changes are as planned; each sets the key of its place. As it is read back from its bytes. */
export function makeHistory(plan: readonly PlannedChange[]): MadeHistory {
  let whole = Automerge.init<Record<string, unknown>>({ actor: 'ff' });
  const states: Automerge.Doc<Record<string, unknown>>[] = [];
  const hashes: string[] = [];
  for (const [place, { by, time, after, message }] of plan.entries()) {
    let state = Automerge.init<Record<string, unknown>>({ actor: by });
    for (const before of after) state = Automerge.merge(state, states[before] ?? state);
    state = Automerge.change(state, { time, ...(message && { message }) }, (draft) => {
      draft[`k${place}`] = place;
    });
    states.push(state);
    hashes.push(Automerge.getHeads(state)[0] ?? '');
    whole = Automerge.merge(whole, state);
  }
  return { document: Automerge.load(Automerge.save(whole)), hashes };
}
