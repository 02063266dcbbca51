import { readFacts } from './chunk-facts.ts';
import { inDependencyOrder, type PlacedChange } from './dependency-order.ts';
import type { Outcome } from './job.ts';

export interface RefusedAddition {
  readonly index: number;
  readonly reason: string;
  /** Nothing is wrong with it but what it builds on. */
  readonly isFollowing: boolean;
}

/** Whether all of these additions can be taken on top of the document; undefined where they can. */
export type Check = (indices: readonly number[]) => Promise<Exclude<Outcome, { kind: 'done' }> | undefined>;

/** A check that ends the child costs as much as so many others. */
const deadlyChecks = 32;

export type Judgement =
  | { readonly kind: 'judged'; readonly refused: readonly RefusedAddition[] }
  /** What the additions stand on cannot be opened itself, or it is more than is judged: nothing is said of them. */
  | { readonly kind: 'unreadable' | 'tooLarge'; readonly reason: string };

/**
 * Finds the additions that cannot be taken: by halves, so that none is refused for a neighbour's sake. Where that takes too many
 * checks, all of which it is not known by then that they are good are refused.
 */
export async function judgeAdditions(
  additions: readonly Uint8Array[],
  check: Check,
  mostChecks: number,
): Promise<Judgement> {
  const trial = new Trial(check, mostChecks);
  const changes = additions.map(placed);
  const sound = changes.filter((change) => change !== undefined);
  if (sound.length === additions.length) {
    const whole = await check(sound.map(({ index }) => index));
    if (whole === undefined) return { kind: 'judged', refused: [] };
  }
  for (const [index, change] of changes.entries()) {
    if (!change) trial.refuse({ index, reason: 'it is not one whole change', isFollowing: false });
  }
  const unreadable = await check([]);
  if (unreadable) return { kind: 'unreadable', reason: unreadable.reason };
  await trial.judge(inDependencyOrder(sound));
  return { kind: 'judged', refused: trial.refused };
}

function placed(addition: Uint8Array, index: number): PlacedChange | undefined {
  const [fact, ...others] = readFacts(addition) ?? [];
  return fact?.kind === 'change' && others.length === 0 ? { index, ...fact } : undefined;
}

class Trial {
  readonly #check: Check;
  readonly #refused: RefusedAddition[] = [];
  readonly #refusedHashes = new Set<string>();
  readonly #good: number[] = [];
  #checksLeft: number;

  constructor(check: Check, mostChecks: number) {
    this.#check = check;
    this.#checksLeft = mostChecks;
  }

  get refused(): readonly RefusedAddition[] {
    return this.#refused.toSorted((a, b) => a.index - b.index);
  }

  refuse(refused: RefusedAddition): void {
    this.#refused.push(refused);
  }

  /** Of changes in dependency order, where all that came before them has been judged. */
  async judge(changes: readonly PlacedChange[]): Promise<void> {
    const left = changes.filter((change) => !this.#refuseDependent(change));
    const [first] = left;
    if (first === undefined) return;
    if (this.#checksLeft < 0) return this.#giveUp(left);
    const indices = left.map(({ index }) => index);
    const refusal = await this.#check([...this.#good, ...indices]);
    this.#checksLeft -= refusal?.kind === 'deadly' ? deadlyChecks : 1;
    if (refusal === undefined) {
      this.#good.push(...indices);
    } else if (left.length === 1) {
      this.#refusedHashes.add(first.hash);
      this.refuse({ index: first.index, reason: refusal.reason, isFollowing: false });
    } else {
      const middle = Math.ceil(left.length / 2);
      await this.judge(left.slice(0, middle));
      await this.judge(left.slice(middle));
    }
  }

  #giveUp(changes: readonly PlacedChange[]): void {
    for (const { index, hash } of changes) {
      this.#refusedHashes.add(hash);
      this.refuse({ index, reason: 'too many of the changes beside it are bad', isFollowing: false });
    }
  }

  #refuseDependent(change: PlacedChange): boolean {
    if (!change.dependencies.some((hash) => this.#refusedHashes.has(hash))) return false;
    this.#refusedHashes.add(change.hash);
    this.refuse({ index: change.index, reason: 'it depends on a change that is refused', isFollowing: true });
    return true;
  }
}
