import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlMigrations } from '../../../src/core/control-migrations.ts';
import { knownNamespaces } from '../../../src/core/store/known-namespaces.ts';
import { openReader } from '../../../src/core/store/reader.ts';
import { directoryFindings } from '../../../src/core/verify/directory-findings.ts';
import { isDamaged } from '../../../src/core/verify/document-report.ts';
import type { VerifyEvent } from '../../../src/core/verify/event.ts';
import { verifyNamespaces } from '../../../src/core/verify/verify.ts';
import { sharedFence } from '../../support/fence.ts';

/** The first thing that is found wrong with a data directory; undefined where nothing is. */
export async function firstDamage(dataDirectory: string): Promise<VerifyEvent | undefined> {
  for await (const event of everything(dataDirectory)) {
    if (event.kind === 'document' ? isDamaged(event.report) : event.kind !== 'note') return event;
  }
  return undefined;
}

/** All that a look at a data directory comes upon. */
export async function* everything(dataDirectory: string): AsyncGenerator<VerifyEvent> {
  await using reader = await openReader(dataDirectory);
  const { signal } = new AbortController();
  yield* directoryFindings({ dataDirectory, controlMigrations, signal });
  const namespaces = await knownNamespaces(dataDirectory);
  yield* verifyNamespaces({ reader, fence: sharedFence(), signal }, namespaces);
}

/** Flips one bit of a file while `look` runs. */
export async function withFlip<Result>(
  dataDirectory: string,
  { path, at, bit }: { readonly path: string; readonly at: number; readonly bit: number },
  look: () => Promise<Result>,
): Promise<Result> {
  const file = join(dataDirectory, path);
  const bytes = readFileSync(file);
  const flipped = Buffer.from(bytes);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
  writeFileSync(file, flipped);
  try {
    return await look();
  } finally {
    writeFileSync(file, bytes);
  }
}
