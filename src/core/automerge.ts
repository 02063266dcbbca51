import { readFileSync } from 'node:fs';
import * as Automerge from '@automerge/automerge/slim';
import wasmPath from '@automerge/automerge/automerge.wasm' with { type: 'file' };

export type { Doc, SyncState } from '@automerge/automerge/slim';

let loaded: Promise<typeof Automerge> | undefined;
let isReady = false;

/**
 * Automerge with its WASM initialised; the only place that loads it. The slim entry with an embedded
 * file is what survives `bun build --compile`: the default entry bakes in the build machine's path.
 */
export function loadAutomerge(): Promise<typeof Automerge> {
  loaded ??= Automerge.initializeWasm(readFileSync(wasmPath)).then(() => {
    isReady = true;
    return Automerge;
  });
  return loaded;
}

/**
 * Whether the WASM has trapped: its stack or its memory was used up, and Automerge now refuses every document
 * for the rest of the process. A panic, which it throws as an error, leaves it in order.
 */
export function hasAutomergeStopped(): boolean {
  if (!isReady) return false;
  try {
    Automerge.free(Automerge.init());
    return false;
  } catch {
    return true;
  }
}
