import { Failure } from '../../failure.ts';
import { isNamespace, type Namespace } from '../../lexicon/namespace.ts';
import type { StoresFile } from '../stores-file.ts';
import type { StoreBackend } from '../stores.ts';

/** What is left to be done before a namespace is kept by the wanted backend and by no other. */
export interface Pending {
  readonly namespace: Namespace;
  readonly from: StoreBackend;
  /** `clear`: it is converted, and what was there before still lies in its place. */
  readonly step: 'copy' | 'clear';
}

/** Every namespace that another backend keeps, sorted, and those whose conversion was killed at its end. */
export function pendingConversions(file: StoresFile, to: StoreBackend): readonly Pending[] {
  const pending: Pending[] = [];
  for (const [namespace, { backend, replaced }] of file.entries()) {
    if (!isNamespace(namespace)) continue;
    if (replaced !== undefined) pending.push({ namespace, from: known(namespace, replaced), step: 'clear' });
    if (backend !== to) pending.push({ namespace, from: known(namespace, backend), step: 'copy' });
  }
  return pending.toSorted((left, right) => (left.namespace < right.namespace ? -1 : 1));
}

function known(namespace: Namespace, backend: string): StoreBackend {
  if (backend === 'sqlite' || backend === 'nodefs') return backend;
  throw new Failure(
    'ConfigurationInvalid',
    `The documents of ${namespace} are kept by the store "${backend.slice(0, 40)}", which this groundmist does not know. Use the version that made it.`,
  );
}
