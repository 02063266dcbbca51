/** Builds one binary: `bun run build [--target <name>] [--outfile <path>]`. */
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { editionOf, readCheckout, whyNoCheckout, type Edition } from './checkout.ts';
import type { Compilation } from './compile.ts';
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

/**
 * The one place that has groundmist compiled; the same commit gives the same bytes in any folder and environment. Gives
 * the files that were bundled, by their paths from the root.
 */
export function build({ root, outfile, edition, target }: Build): readonly string[] {
  const place = resolve(outfile);
  mkdirSync(dirname(place), { recursive: true });
  // The name of the file is in the bytecode; source maps are inside it, and what is written beside it is not wanted.
  const folder = mkdtempSync(join(dirname(place), '.build-'));
  try {
    const built = join(folder, 'groundmist');
    const runtime = target && { target: target.bun, executablePath: runtimePath(target) };
    const inputs = compileAlone(root, { outfile: built, edition, runtime });
    renameSync(built, place);
    return inputs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * In a process that sees nothing of who builds: NODE_ENV would choose other code, BUN_* and JSC options another compiler, a
 * bunfig.toml in the home folder other definitions.
 */
function compileAlone(root: string, compilation: Compilation): readonly string[] {
  const words = ['--no-env-file', join(import.meta.dir, 'compile.ts'), root, JSON.stringify(compilation)];
  const run = Bun.spawnSync([process.execPath, ...words], { cwd: root, env: {}, stdin: 'ignore' });
  if (run.exitCode !== 0) throw new Error(`It could not be compiled:\n${run.stderr.toString()}`);
  return z.array(z.string()).parse(JSON.parse(run.stdout.toString()));
}

if (import.meta.main) {
  const root = join(import.meta.dir, '..');
  const options = { target: { type: 'string' }, outfile: { type: 'string' } } as const;
  const { target, outfile } = parseArgs({ options }).values;
  const [only] = target === undefined ? [] : targetsNamed(target);
  const path = resolve(outfile ?? join(root, 'dist/groundmist'));
  const edition = editionOf(readCheckout(root));
  if (edition.commit === undefined) {
    console.error(
      `This binary will say \`commit not known\`; GROUNDMIST_COMMIT can name it. ${whyNoCheckout(root)}`,
    );
  }
  build({ root, outfile: path, edition, ...(only && { target: only }) });
  console.log(path);
}
