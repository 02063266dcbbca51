import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readLock, type PinnedPackage } from './lock.ts';

/** A package of which something is in the binary. */
export interface BundledPackage extends PinnedPackage {
  /** An SPDX identifier or expression. */
  readonly license: string;
  /** What the package says of its licence, with whatever else must be passed on. */
  readonly licenseText: string;
  /** `name@version` of the others here that it depends on. */
  readonly dependencies: readonly string[];
}

export interface Bundled {
  /** Each once, though it may lie in several folders; by name and version. */
  readonly packages: readonly BundledPackage[];
  /** `name@version` of those that groundmist itself depends on. */
  readonly direct: readonly string[];
}

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
});
type Manifest = z.output<typeof manifestSchema>;

/** The packages of which the bundler read a file: `inputs` are their paths from the root. */
export function readBundled(root: string, inputs: readonly string[]): Bundled {
  const lock = readLock(join(root, 'bun.lock'));
  const folders = new Set(inputs.flatMap((path) => packageFolder.exec(path)?.[0] ?? []));
  const manifests = new Map([...folders].map((folder) => [folder, readManifest(join(root, folder))]));
  const dependenciesOf = (folder: string, manifest: Manifest): readonly string[] => {
    const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const found = names.flatMap((name) => manifests.get(findPackage(root, folder, name)) ?? []);
    return found.map(idOf).toSorted();
  };
  const packages = new Map<string, BundledPackage>();
  for (const [folder, manifest] of manifests) {
    const id = idOf(manifest);
    const pinned = lock.get(id);
    if (!pinned) throw new Error(`bun.lock does not say what ${id} has to be.`);
    const licenseText = readLicense(join(root, folder));
    if (licenseText === '') throw new Error(`${id} has no file that says its licence.`);
    const dependencies = [...(packages.get(id)?.dependencies ?? []), ...dependenciesOf(folder, manifest)];
    const its = { license: manifest.license, licenseText, dependencies: [...new Set(dependencies)] };
    packages.set(id, { ...pinned, ...its });
  }
  const sorted = [...packages].toSorted(([one], [next]) => (one < next ? -1 : 1));
  return { packages: sorted.map(([, one]) => one), direct: dependenciesOf('', readManifest(root)) };
}

/** The folder of the package that a file belongs to. */
const packageFolder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

function readManifest(folder: string): Manifest {
  return manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
}

function idOf({ name, version }: Pick<Manifest, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

/** Where Node would find it from this folder: in the nearest `node_modules` upwards. */
function findPackage(root: string, from: string, name: string): string {
  const found = join(from, 'node_modules', name);
  if (from === '' || existsSync(join(root, found))) return found;
  return findPackage(root, from.replace(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, ''), name);
}

/** LICENSE, COPYING, NOTICE, with whatever ending, and what lies in a folder of such a name. */
const legalName = /^(?:licen[cs]es?|copying|notice)(?:\.|$)/i;

function readLicense(folder: string): string {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => legalName.test(name));
  const paths = entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
  });
  const texts = paths.toSorted().map((path) => readFileSync(path, 'utf8'));
  return texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n');
}
