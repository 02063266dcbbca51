import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Inputs } from './build.ts';
import { readLock, type PinnedPackage } from './lock.ts';

/** A package of which something is in the binary. */
export interface BundledPackage extends PinnedPackage {
  /** An SPDX identifier or expression. */
  readonly license: string;
  /** What the package says of its licence, with whatever else must be passed on. */
  readonly licenseText: string;
  /** `name@version` of the other packages here that it imports. */
  readonly imports: readonly string[];
}

/** What the bundler read beside our own files. */
export interface Bundled {
  /** Each once, though it may lie in several folders; by name and version. */
  readonly packages: readonly BundledPackage[];
  /** `name@version` of those that our own files import. */
  readonly direct: readonly string[];
}

const packageJson = z.object({ name: z.string(), version: z.string(), license: z.string() });
const ownFolder = '';

export function readBundled(root: string, inputs: Inputs): Bundled {
  const lock = readLock(join(root, 'bun.lock'));
  const byFolder = importsByFolder(inputs);
  const manifests = new Map([...byFolder.keys()].map((folder) => [folder, readManifest(root, folder)]));
  const ids = (folders: ReadonlySet<string>, own?: string): readonly string[] => {
    const found = [...folders].flatMap((folder) => manifests.get(folder)?.id ?? []);
    return [...new Set(found)].filter((id) => id !== own).toSorted();
  };
  const packages = new Map<string, BundledPackage>();
  for (const [folder, imported] of byFolder) {
    const manifest = manifests.get(folder);
    if (folder === ownFolder || !manifest) continue;
    const { id, license } = manifest;
    const pinned = lock.get(id);
    if (!pinned) throw new Error(`bun.lock does not say what ${id} has to be.`);
    const licenseText = readLicense(join(root, folder));
    if (licenseText === '') throw new Error(`${id} has no file that says its licence.`);
    const imports = [...(packages.get(id)?.imports ?? []), ...ids(imported, id)];
    packages.set(id, { ...pinned, license, licenseText, imports: [...new Set(imports)].toSorted() });
  }
  const sorted = [...packages].toSorted(([one], [next]) => (one < next ? -1 : 1));
  return { packages: sorted.map(([, one]) => one), direct: ids(byFolder.get(ownFolder) ?? new Set()) };
}

/** Folders of packages, and ours, each with those that its files import. */
function importsByFolder(inputs: Inputs): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>();
  for (const [path, { imports }] of Object.entries(inputs)) {
    const folder = folderOf(path);
    const imported = folders.get(folder) ?? new Set();
    folders.set(folder, imported);
    for (const one of imports) {
      const target = one.path in inputs ? folderOf(one.path) : folder;
      if (target !== folder && target !== ownFolder) imported.add(target);
    }
  }
  return folders;
}

function folderOf(path: string): string {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? ownFolder;
}

function readManifest(root: string, folder: string): z.output<typeof packageJson> & { readonly id: string } {
  const found = packageJson.parse(JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')));
  return { ...found, id: `${found.name}@${found.version}` };
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
