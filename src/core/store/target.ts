import { Failure } from '../failure.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { isNsid } from '../lexicon/nsid.ts';
import { parseDocumentId, type DocumentId } from './document-id.ts';
import type { Reader } from './reader.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { nearestNames } from '../../platform/nearest.ts';

/** What a person asked to see. */
export type Target =
  /** Everything, or what lies below a prefix. */
  | { readonly kind: 'tree'; readonly namespaces: readonly Namespace[] }
  | { readonly kind: 'namespace'; readonly namespace: Namespace }
  /** The documents of these namespaces whose `$type` it is. */
  | { readonly kind: 'type'; readonly type: string; readonly namespaces: readonly Namespace[] }
  | { readonly kind: 'document'; readonly namespace: Namespace; readonly id: DocumentId };

const looksLikeId = /^[1-9A-HJ-NP-Za-km-z]{20,32}$/;

/** Where the documents of a type are looked for: an app may keep those of others, but most keep their own. */
type TypesIn = 'their namespaces' | 'all namespaces';

/**
 * What `text` names in this data directory, or `NotFound` with the names nearest to it. Where types are looked for in
 * all namespaces, those of its own come first, and every NSID that is no namespace is taken for a type.
 */
export async function resolveTarget(
  reader: Reader,
  text: string | undefined,
  chosen: string | undefined,
  typesIn: TypesIn = 'their namespaces',
): Promise<Target> {
  if (text?.includes('#')) {
    throw new Failure('Usage', 'Leave out the "#" and what follows it; --at names a moment of the past.');
  }
  const id = text === undefined ? undefined : parseDocumentId(text);
  if (id) return { kind: 'document', id, namespace: await namespaceOf(reader, id, chosen) };
  if (chosen !== undefined) {
    throw new Failure('Usage', '--in chooses the namespace of a document id, and the target is none.');
  }
  const namespaces = await reader.namespaces();
  if (text === undefined) return { kind: 'tree', namespaces };
  return resolveName(dotted(text), namespaces, typesIn) ?? (await throwUnknown(reader, text, namespaces));
}

/** The refusal of a name, with those nearest to it among `names`. */
export function unknownName(wanted: string, names: Iterable<string>): Failure {
  const nearest = nearestNames(wanted, names);
  const hint = nearest.length > 0 ? ` Near it: ${nearest.join(', ')}.` : '';
  return new Failure('NotFound', `Nothing here is called "${shown(wanted)}".${hint}`);
}

/** Every namespace and every prefix of one, for `unknownName`. */
export function namesOf(namespaces: readonly Namespace[]): readonly string[] {
  return namespaces.flatMap((namespace) => {
    const labels = namespace.split('.');
    return labels.map((_, index) => labels.slice(0, index + 1).join('.'));
  });
}

function resolveName(name: string, namespaces: readonly Namespace[], typesIn: TypesIn): Target | undefined {
  const namespace = namespaces.find((one) => one === name);
  if (namespace) return { kind: 'namespace', namespace };
  const below = namespaces.filter((one) => one.startsWith(`${name}.`));
  if (below.length > 0) return { kind: 'tree', namespaces: below };
  const above = namespaces.filter((one) => name.startsWith(`${one}.`));
  if (typesIn === 'all namespaces' && isNsid(name)) {
    const others = namespaces.filter((one) => !above.includes(one));
    return { kind: 'type', type: name, namespaces: [...above, ...others] };
  }
  return above.length > 0 ? { kind: 'type', type: name, namespaces: above } : undefined;
}

async function namespaceOf(reader: Reader, id: DocumentId, chosen: string | undefined): Promise<Namespace> {
  const holders = await reader.find(id);
  const [only, ...others] = holders;
  if (!only) throw unknownName(id, await idsOf(reader));
  if (chosen !== undefined) {
    const wanted = holders.find((namespace) => namespace === dotted(chosen));
    if (wanted) return wanted;
    throw new Failure('NotFound', `${id} is not in ${shown(chosen)} but in ${holders.join(' and in ')}.`);
  }
  if (others.length === 0) return only;
  throw new Failure(
    'Usage',
    `${id} is a document in ${holders.join(' and another in ')}: choose with --in ${only}.`,
  );
}

async function throwUnknown(reader: Reader, text: string, namespaces: readonly Namespace[]): Promise<never> {
  const id = text.replace(/^automerge:/, '');
  if (id !== text || looksLikeId.test(id)) throw unknownName(id, await idsOf(reader));
  throw unknownName(dotted(text), namesOf(namespaces));
}

async function idsOf(reader: Reader): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const namespace of await reader.namespaces()) {
    for await (const { id } of reader.list(namespace)) ids.push(id);
  }
  return ids;
}

function dotted(text: string): string {
  return text.replaceAll('/', '.').replace(/^\.+|\.+$/g, '');
}

function shown(text: string): string {
  return escapeUnprintable(text.slice(0, 300));
}
