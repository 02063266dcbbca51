/** Builds one binary: `bun run build [--target <name>] [--outfile <path>]`. */
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { editionOf, readCheckout, type Edition } from './checkout.ts';
import { runtimePath } from './runtime.ts';
import { targetsNamed, type Target } from './targets.ts';

export interface Build {
  /** The checkout. */
  readonly root: string;
  readonly outfile: string;
  readonly edition: Edition;
  /** This machine's, with the Bun that runs, where none is named. */
  readonly target?: Target;
}

const metafile = z.object({ inputs: z.record(z.string(), z.unknown()) });

/**
 * The one place that says how groundmist is compiled; the same commit gives the same bytes in any folder. Gives the files
 * that were bundled, by their paths from the root.
 */
export async function build({ root, outfile, edition, target }: Build): Promise<readonly string[]> {
  mkdirSync(dirname(outfile), { recursive: true });
  // The name of the file is in the bytecode; source maps are inside it, and what is written beside it is not wanted.
  const folder = mkdtempSync(join(dirname(outfile), '.build-'));
  try {
    const built = join(folder, 'groundmist');
    const { metafile: described } = await Bun.build({
      entrypoints: [join(root, 'bin/groundmist.ts')],
      root,
      target: 'bun',
      format: 'esm',
      minify: true,
      splitting: true,
      sourcemap: 'linked',
      bytecode: true,
      metafile: true,
      define: { GROUNDMIST_EDITION: JSON.stringify(edition) },
      plugins: [withoutNativeCode],
      compile: {
        outfile: built,
        autoloadDotenv: false,
        autoloadBunfig: false,
        ...(target && { target: target.bun, executablePath: runtimePath(target) }),
      },
    });
    renameSync(built, outfile);
    // Bun names them from the working folder.
    return Object.keys(metafile.parse(described).inputs).map((path) => relative(root, resolve(path)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * cbor-x would load a native addon by the path that its package had when this was built: another machine could put
 * something there, and the bytes would depend on the folder. It does as well without.
 */
const withoutNativeCode: Bun.BunPlugin = {
  name: 'without native code',
  setup(bundler) {
    const namespace = 'left-out';
    bundler.onResolve({ filter: /^cbor-extract$/ }, ({ path }) => ({ path, namespace }));
    bundler.onLoad({ filter: /./, namespace }, () => ({
      contents: 'module.exports = undefined;',
      loader: 'js',
    }));
  },
};

if (import.meta.main) {
  const root = join(import.meta.dir, '..');
  const options = { target: { type: 'string' }, outfile: { type: 'string' } } as const;
  const { target, outfile } = parseArgs({ options }).values;
  const [only] = target === undefined ? [] : targetsNamed(target);
  const path = resolve(outfile ?? join(root, 'dist/groundmist'));
  await build({ root, outfile: path, edition: editionOf(readCheckout(root)), ...(only && { target: only }) });
  console.log(path);
}
