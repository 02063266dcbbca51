import type { loadAutomerge } from '../automerge.ts';

/** An Automerge document as its WASM shows it: objects by their ids, scalars with their datatypes. */
export type Handle = ReturnType<Awaited<ReturnType<typeof loadAutomerge>>['getBackend']>;

/** A scalar with its datatype, or an object's kind with its id. */
export type TypedValue = NonNullable<ReturnType<Handle['getWithType']>>;

export type Path = readonly (string | number)[];

/** An object in a document. */
export interface FoundObject {
  readonly kind: 'map' | 'list' | 'text';
  readonly id: string;
}

const root: FoundObject = { kind: 'map', id: '_root' };

/** The object at a path from the root or another object, now or at `heads`; undefined where there is none. Blocks inside a text are none. */
export function objectAt(
  handle: Handle,
  path: Path,
  heads?: readonly string[],
  from = root,
): FoundObject | undefined {
  let found: FoundObject | undefined = from;
  for (const prop of path) {
    if (found === undefined || found.kind === 'text') return undefined;
    found = asObject(valueIn(handle, found, prop, heads));
  }
  return found;
}

/** The value of a key or an index, now or at `heads`. */
export function valueIn(
  handle: Handle,
  { id }: FoundObject,
  prop: string | number,
  heads?: readonly string[],
): TypedValue | undefined {
  return handle.getWithType(id, prop, heads && [...heads]) ?? undefined;
}

/** A value of its own: no object. */
export type Scalar = Exclude<TypedValue, readonly ['map' | 'list' | 'text' | 'table', string]>;

export function isScalar(value: TypedValue): value is Scalar {
  return asObject(value) === undefined;
}

/** Undefined of a scalar. */
export function asObject(value: TypedValue | undefined): FoundObject | undefined {
  if (value?.[0] === 'map' || value?.[0] === 'table') return { kind: 'map', id: value[1] };
  if (value?.[0] === 'list' || value?.[0] === 'text') return { kind: value[0], id: value[1] };
  return undefined;
}

/** Every text in an object at `heads`, with its path from there; keys and indices in order. */
export function* textsIn(
  handle: Handle,
  heads?: readonly string[],
  from = root,
): Generator<{ readonly path: Path; readonly text: FoundObject }> {
  const waiting: { readonly path: Path; readonly object: FoundObject }[] = [{ path: [], object: from }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { path, object } = next;
    if (object.kind === 'text') {
      yield { path, text: object };
      continue;
    }
    const below: { path: Path; object: FoundObject }[] = [];
    for (const prop of propsOf(handle, object, heads)) {
      const child = asObject(valueIn(handle, object, prop, heads));
      if (child) below.push({ path: [...path, prop], object: child });
    }
    waiting.push(...below.toReversed());
  }
}

function propsOf(
  handle: Handle,
  { kind, id }: FoundObject,
  heads?: readonly string[],
): Iterable<string | number> {
  if (kind === 'map') return handle.keys(id, heads && [...heads]);
  return Array.from({ length: handle.length(id, heads && [...heads]) }, (_, index) => index);
}
