import { dirname, join } from 'node:path';
import type { BunPlugin } from 'bun';
import type { Pds } from '../support/pds.ts';

/** The libraries that apps have, by the year of the release. */
export const generations = {
  2025: {
    'oauth-client': 'oauth-client-browser-2025',
    'automerge-repo': 'stock-1-repo',
    'automerge-websocket': 'stock-1-websocket',
  },
  2026: {
    'oauth-client': '@atproto/oauth-client-browser',
    'automerge-repo': '@automerge/automerge-repo',
    'automerge-websocket': '@automerge/automerge-repo-network-websocket',
  },
} as const;
export type Generation = keyof typeof generations;

/** An app's page on a port of its own, so on another origin than the sync server and the PDS. */
export interface PageServer extends AsyncDisposable {
  readonly url: string;
}

/** Builds the page of that generation and serves it. */
export async function servePage(generation: Generation, pds: Pds): Promise<PageServer> {
  const script = await build(generation, await install());
  const settings = { pdsUrl: pds.pdsUrl, plcUrl: pds.plcUrl, scope: 'atproto transition:generic' };
  const html = `<!doctype html><title>App of ${generation}</title>
<script>globalThis.settings = ${JSON.stringify(settings)}</script>
<script type="module" src="/app.js"></script>`;
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    routes: {
      '/': () => new Response(html, { headers: { 'content-type': 'text/html' } }),
      '/app.js': () => new Response(script, { headers: { 'content-type': 'text/javascript' } }),
    },
    fetch: () => new Response(null, { status: 404 }),
  });
  return { url: `http://127.0.0.1:${server.port}/`, [Symbol.asyncDispose]: () => server.stop(true) };
}

/** The folder with the OAuth SDKs; installs them where that was not done yet. */
async function install(): Promise<string> {
  const child = Bun.spawn(['sh', `${import.meta.dir}/install.sh`], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [output, complaint] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  if ((await child.exited) === 0) return output.trim();
  throw new Error(`The OAuth SDKs could not be installed: ${complaint.trim()}`);
}

async function build(generation: Generation, installed: string): Promise<string> {
  const built = await Bun.build({
    entrypoints: [`${import.meta.dir}/page/app.js`],
    target: 'browser',
    plugins: [chooseLibraries(generation, installed)],
  });
  const [script] = built.outputs;
  if (script === undefined) throw new Error('the page was built into nothing');
  return await script.text();
}

function chooseLibraries(generation: Generation, installed: string): BunPlugin {
  const libraries: Readonly<Record<string, string>> = generations[generation];
  return {
    name: 'libraries of a generation',
    setup(builder) {
      builder.onResolve({ filter: /^page:/ }, ({ path }) => {
        const name = path.slice('page:'.length);
        const from = name === 'oauth-client' ? installed : import.meta.dir;
        return { path: Bun.resolveSync(libraries[name] ?? name, from) };
      });
      // The entry for bundlers imports a .wasm file as a module, which Bun's bundler does not know.
      builder.onResolve({ filter: /^@automerge\/automerge$/ }, ({ importer }) => {
        const wasm = Bun.resolveSync('@automerge/automerge/automerge.wasm', dirname(importer));
        return { path: join(dirname(wasm), 'mjs/entrypoints/fullfat_base64.js') };
      });
      // Other bundlers follow its `browser` field; Bun's takes the file for Node.
      builder.onResolve({ filter: /^isomorphic-ws$/ }, ({ importer }) => ({
        path: Bun.resolveSync('isomorphic-ws/browser.js', dirname(importer)),
      }));
    },
  };
}
