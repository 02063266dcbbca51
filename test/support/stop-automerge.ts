import { hasAutomergeStopped, loadAutomerge } from '../../src/core/automerge.ts';

/** From the deepest call upwards. */
const mostAttempts = 200;

/** Ends the WASM of this process for good, as a trap does: calls it from a stack that has no room left for it. */
export async function stopAutomerge(): Promise<void> {
  const automerge = await loadAutomerge();
  const bytes = automerge.save(automerge.from({ any: 'document' }));
  let attempts = 0;
  const dive = (): void => {
    try {
      dive();
    } catch {
      attempts += 1;
      if (attempts < mostAttempts) automerge.free(automerge.load(bytes));
    }
  };
  try {
    dive();
  } catch {
    // What overflowed where is all the same.
  }
  if (hasAutomergeStopped()) return;
  throw new Error('Automerge has learnt to take this: find another way to stop it');
}
