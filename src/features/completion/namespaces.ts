import { findNamespaces } from '../../core/store/find-namespaces.ts';
import type { FindCandidates } from '../../command-line/offer.ts';
import { coreSettings } from '../../settings.ts';

/** The namespaces in the data directory, from its folders alone: no store is opened. */
export const findNamespaceCandidates: FindCandidates = async ({ configuration }) => {
  const { dataDirectory } = configuration.read({ dataDirectory: coreSettings.dataDirectory });
  return (await findNamespaces(dataDirectory)).map((word) => ({ word }));
};
