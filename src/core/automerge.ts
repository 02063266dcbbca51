import { readFileSync } from 'node:fs';
import * as Automerge from '@automerge/automerge/slim';
import wasmPath from '@automerge/automerge/automerge.wasm' with { type: 'file' };

export type { Doc, SyncState } from '@automerge/automerge/slim';

let loaded: Promise<typeof Automerge> | undefined;

/**
 * Automerge with its WASM initialised; the only place that loads it. The slim entry with an embedded
 * file is what survives `bun build --compile`: the default entry bakes in the build machine's path.
 */
export function loadAutomerge(): Promise<typeof Automerge> {
  loaded ??= Automerge.initializeWasm(readFileSync(wasmPath)).then(() => Automerge);
  return loaded;
}
