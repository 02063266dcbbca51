/** Makes a release: `bun run release [--snapshot] [--only <targets>] [--out <folder>] [--tag <tag>] [--repository <owner/name>]`. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packageManager } from '../package.json' with { type: 'json' };
import { build } from './build.ts';
import {
  editionOf,
  readCheckout,
  snapshotOf,
  whyNoCheckout,
  type Checkout,
  type Edition,
} from './checkout.ts';
import { describeRelease } from './descriptions.ts';
import { releasedInstaller } from './installer.ts';
import { sectionOf, withLinksTo } from './notes.ts';
import { checkBinary, signWhereNeeded } from './released-binary.ts';
import { refuseRepository } from './repository.ts';
import { isPinnedBun } from './runtime.ts';
import { targets, targetsNamed, type Target } from './targets.ts';

const root = join(import.meta.dir, '..');

interface Options {
  readonly isSnapshot: boolean;
  readonly only: readonly Target[];
  readonly out: string;
  readonly tag: string | undefined;
  readonly repository: string | undefined;
}

/** Everything in a folder beside its place, which it takes when it is complete. Gives that place. */
async function release({ isSnapshot, only, out, tag, repository }: Options): Promise<string> {
  checkCompiler();
  const checkout = readCheckout(root);
  if (!checkout) throw new Error(`A release says which commit it was made of. ${whyNoCheckout(root)}`);
  const edition = isSnapshot ? snapshotOf(checkout) : releasable(checkout, tag);
  const revision = { repository, name: isSnapshot ? checkout.commit : `v${edition.version}` };
  const notes = withLinksTo(notesOf(edition, isSnapshot), revision);
  refuseRepository(repository, tag);
  const installer = releasedInstaller(root, repository);
  const folder = join(out, edition.version);
  const partial = join(out, `.${edition.version}`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  let inputs: readonly string[] = [];
  for (const target of only) {
    const path = join(partial, `groundmist-${edition.version}-${target.name}`);
    inputs = build({ root, outfile: path, edition, target });
    signWhereNeeded(path, target);
    checkBinary(path, target);
  }
  describeRelease(partial, { root, edition, madeAtMs: checkout.committedAtMs, inputs, notes, installer });
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  writeFileSync(join(out, 'latest'), `${edition.version}\n`);
  return folder;
}

function checkCompiler(): void {
  if (packageManager !== `bun@${Bun.version}`) {
    throw new Error(
      `This is Bun ${Bun.version}, and releases are made with ${packageManager}: bin/setup fetches it.`,
    );
  }
  if (!isPinnedBun(process.execPath)) {
    throw new Error(
      `${process.execPath} is not the Bun that release/runtimes pins by its hash. Remove .bun/, take Bun off your PATH, and run bin/setup, which fetches that one.`,
    );
  }
}

function releasable(checkout: Checkout, tag: string | undefined): Edition {
  const edition = editionOf(checkout);
  if (checkout.changes.length > 0) {
    const changes = checkout.changes.join('\n  ');
    throw new Error(
      `Commit first, or take --snapshot. These files are not as they were committed:\n  ${changes}`,
    );
  }
  if (tag !== undefined && tag !== `v${edition.version}`) {
    throw new Error(
      `The tag is ${tag}, and package.json says ${edition.version}: the tag has to be v${edition.version}.`,
    );
  }
  return edition;
}

function notesOf({ version }: Edition, isSnapshot: boolean): string {
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  if (isSnapshot) return sectionOf(changelog, 'Unreleased') ?? 'No change is written down yet.';
  const notes = sectionOf(changelog, version);
  if (notes !== undefined) return notes;
  throw new Error(
    `CHANGELOG.md has no section \`## ${version}\`, which would be the release notes: write it first.`,
  );
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      snapshot: { type: 'boolean', default: false },
      only: { type: 'string' },
      out: { type: 'string', default: join(root, 'dist/release') },
      tag: { type: 'string' },
      repository: { type: 'string' },
    },
  });
  try {
    const folder = await release({
      isSnapshot: values.snapshot,
      only: values.only === undefined ? targets : targetsNamed(values.only),
      out: resolve(values.out),
      tag: values.tag,
      repository: values.repository,
    });
    console.log(folder);
    console.error(`Not signed yet: release/sign ${relative('.', folder)}`);
  } catch (error) {
    console.error(`release: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
