import { z } from 'zod';

/**
 * What of a workflow would run an image that no hash names, as far as it is written there: a container, a service, an
 * action's builder or scanner, a command of Docker's. What the workflow builds itself has no hash before.
 */
export function imagesNotPinned(workflow: object): readonly string[] {
  const places = placesOf(workflow);
  const own = new Set(places.flatMap(({ key, value }) => (key === 'run' ? tagsBuilt(value) : [])));
  return places
    .flatMap(imagesAt)
    .filter((image) => !image.split(/[\s"']+/).some((word) => pinned.test(word) || own.has(word)));
}

interface Place {
  readonly key: string;
  readonly value: string;
  /** The mapping that it stands in. */
  readonly beside: Readonly<Record<string, unknown>>;
}

const mapping = z.record(z.string(), z.unknown());
const pinned = /@sha256:[0-9a-f]{64}$/;

function placesOf(node: unknown): readonly Place[] {
  if (Array.isArray(node)) return node.flatMap(placesOf);
  const { data: beside } = mapping.safeParse(node);
  return Object.entries(beside ?? {}).flatMap(([key, value]) => {
    const isPlain = typeof value === 'string' || typeof value === 'boolean';
    return isPlain ? [{ key, value: String(value), beside: beside ?? {} }] : placesOf(value);
  });
}

/** What has to hold a hash, with words around it. */
function imagesAt({ key, value, beside }: Place): readonly string[] {
  if (key === 'image' || key === 'container') return [value];
  if (key === 'sbom') return value === 'false' ? [] : [value];
  if (key === 'run') return [...joined(value).matchAll(fetching)].map(([command]) => command);
  if (key !== 'uses') return [];
  if (value.startsWith('docker://')) return [value];
  // These fetch an image by a tag of their own, where none is given.
  return /^docker\/setup-(?:buildx|qemu)-action@/.test(value)
    ? [JSON.stringify(beside['with'] ?? value)]
    : [];
}

/** A command that gets an image, from there to its end. */
const fetching =
  /\b(?:docker|podman|buildah)(?: (?:container|image|buildx))? (?:run|create|pull|from)\b[^\n;&|]*/g;

function tagsBuilt(script: string): readonly string[] {
  return [...joined(script).matchAll(/\bdocker build\b[^\n]*? --tag "?([^\s"]+)/g)].map(
    ([, tag = '']) => tag,
  );
}

/** With each command on one line. */
function joined(script: string): string {
  return script.replaceAll(/\s*\\\n\s*/g, ' ');
}
