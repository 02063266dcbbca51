import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBundled } from './bundled.ts';
import type { Edition } from './checkout.ts';
import { checksumLines, sha256 } from './checksums.ts';
import { thirdPartyNotices } from './notices.ts';
import { pinnedRuntimes } from './runtime.ts';
import { billOfMaterials } from './sbom.ts';

export interface Described {
  readonly root: string;
  readonly edition: Edition;
  /** Milliseconds since 1970. */
  readonly madeAtMs: number;
  /** The files that were bundled, by their paths from the root; the same for every target. */
  readonly inputs: readonly string[];
  readonly notes: string;
  readonly installer: string;
}

/** Writes what lies beside the binaries; the sums come last, of all that is there. */
export function describeRelease(folder: string, described: Described): void {
  const { root, edition, madeAtMs, inputs, notes, installer } = described;
  const { packages, direct } = readBundled(root, inputs);
  const wasmPath = inputs.find((path) => path.endsWith('/automerge.wasm'));
  if (wasmPath === undefined) throw new Error('The binary has no Automerge in it.');
  const wasm = { name: 'automerge.wasm', sha256: sha256(readFileSync(join(root, wasmPath))) };
  const bill = billOfMaterials({ edition, madeAtMs, packages, direct, runtimes: pinnedRuntimes(), wasm });
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write(`groundmist-${edition.version}.cdx.json`, `${JSON.stringify(bill, null, 2)}\n`);
  write('THIRD-PARTY.txt', thirdPartyNotices(packages, Bun.version));
  write('RELEASE-NOTES.md', `${notes}\n`);
  write('install.sh', installer);
  write('SHA256SUMS', checksumLines(folder, readdirSync(folder)));
}
