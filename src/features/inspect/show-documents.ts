import type { Namespace } from '../../core/lexicon/namespace.ts';
import { printableJson } from '../../platform/escape.ts';
import { documentsOfType, inspectDocuments, type InspectedDocument } from './documents.ts';
import type { Inspection } from './inspection.ts';
import { JsonListing, type Listing } from './listing.ts';
import { TableListing } from './table-listing.ts';

/** The documents of one namespace as a table. */
export async function showNamespace(inspection: Inspection, namespace: Namespace): Promise<void> {
  await list(new TableListing(inspection.terminal), inspectDocuments(inspection, [namespace]));
}

/** The same as JSON, a line each inside one array. */
export async function showNamespaceJson(inspection: Inspection, namespace: Namespace): Promise<void> {
  const head = `"namespace":${printableJson(namespace)}`;
  await list(new JsonListing(inspection.terminal, head), inspectDocuments(inspection, [namespace]));
}

/** The documents whose `$type` is `type`, or `NotFound` with the nearest types. */
export async function showType(
  inspection: Inspection,
  type: string,
  namespaces: readonly Namespace[],
): Promise<void> {
  await list(new TableListing(inspection.terminal), documentsOfType(inspection, type, namespaces));
}

export async function showTypeJson(
  inspection: Inspection,
  type: string,
  namespaces: readonly Namespace[],
): Promise<void> {
  const head = `"type":${printableJson(type)}`;
  await list(new JsonListing(inspection.terminal, head), documentsOfType(inspection, type, namespaces));
}

/** Nothing is printed before the first document, so that a search without one prints nothing. */
async function list(listing: Listing, documents: AsyncIterable<InspectedDocument>): Promise<void> {
  for await (const document of documents) await listing.add(document);
  await listing.end();
}
