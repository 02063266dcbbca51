import { Failure } from '../failure.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { StoresFile } from './stores-file.ts';
import type { StoreBackend } from './stores.ts';

/** The truth of a namespace lies where `stores.json` says, and another place is not begun beside it. */
export function refuseOtherBackends(file: StoresFile, backend: StoreBackend): void {
  for (const [namespace, entry] of file.entries()) {
    if (entry.backend === backend) continue;
    throw new Failure(
      'ConfigurationInvalid',
      `The documents of ${namespace} are kept by the store "${entry.backend.slice(0, 40)}", and GROUNDMIST_STORE is ${backend}. Run \`groundmist import\` without a folder to move all documents to ${backend}, or set GROUNDMIST_STORE back.`,
    );
  }
}

/** A backend that no groundmist has, as one flipped bit makes it: nobody knows where the documents are. */
export function isStoreBackend(name: string): name is StoreBackend {
  return name === 'sqlite' || name === 'nodefs';
}

export function otherStore(namespace: Namespace, database: string): Failure {
  return new Failure(
    'ConfigurationInvalid',
    `${database} is there, which the sqlite store makes, so the documents of ${namespace} may be in it. Set GROUNDMIST_STORE=sqlite; or, if that store was never used, move the file away.`,
  );
}

/** `path` was there once: to start empty would hide the loss. */
export function storeGone(namespace: Namespace, path: string, storesFile: string): Failure {
  return new Failure(
    'StoreDamaged',
    `The documents of ${namespace} were stored in ${path}, and that is gone. Bring it back from a backup; or, to start again from what the devices have, take ${namespace} out of ${storesFile}.`,
  );
}
