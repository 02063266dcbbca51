import type { ChunkFacts } from '../chunk-facts.ts';

/**
 * Why a document with these hashes inside is not all that its chunks hold: Automerge passes over what it cannot
 * read, without a word. A change that waits for others is no loss. Undefined where nothing is lost.
 */
export function findLoss(facts: readonly ChunkFacts[], hashes: ReadonlySet<string>): string | undefined {
  const isInside = (hash: string): boolean => hashes.has(hash);
  for (const fact of facts) {
    if (fact.kind === 'document' && !fact.heads.every(isInside)) return 'a document chunk in it is not read';
    if (fact.kind === 'document' || isInside(fact.hash)) continue;
    if (fact.dependencies.every(isInside)) return 'a change in it is not taken';
  }
  return undefined;
}
