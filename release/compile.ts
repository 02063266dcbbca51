/**
 * Compiles one binary: `release/compile.ts <root> <what, as JSON>`, which release/build.ts runs in a process without an
 * environment. Prints the files that were bundled, by their paths from the root.
 */
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';

const compilationSchema = z.object({
  outfile: z.string(),
  /** GROUNDMIST_EDITION, as `release/checkout.ts` has it. */
  edition: z.object({ version: z.string(), commit: z.string().optional() }),
  /** A Bun for another machine, and what Bun calls that machine. */
  runtime: z.object({ target: z.custom<Bun.Build.CompileTarget>(), executablePath: z.string() }).optional(),
});
export type Compilation = z.output<typeof compilationSchema>;

const metafile = z.object({ inputs: z.record(z.string(), z.unknown()) });

async function compile(root: string, { outfile, edition, runtime }: Compilation): Promise<readonly string[]> {
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
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false, ...runtime },
  });
  // Bun names them from the working folder.
  return Object.keys(metafile.parse(described).inputs).map((path) => relative(root, resolve(path)));
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
  const [root = '', what = ''] = process.argv.slice(2);
  console.log(JSON.stringify(await compile(root, compilationSchema.parse(JSON.parse(what)))));
}
