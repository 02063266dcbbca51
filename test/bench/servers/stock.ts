import { join } from 'node:path';
import type { ServerKind } from './home.ts';

const folder = join(import.meta.dir, '../stock');

/** automerge-repo's `Repo` with its websocket adapter and files, on Node; installed on the first use. */
export async function stockServer(): Promise<ServerKind> {
  const install = Bun.spawn(['sh', join(folder, 'install.sh')], { stdin: 'ignore', stdout: 'pipe' });
  const installed = (await install.stdout.text()).trim();
  if ((await install.exited) !== 0) throw new Error('the stock server cannot be installed');
  return {
    name: 'stock',
    prepare: (place) => ({
      command: [`${installed}/node`, `${installed}/server.mjs`, String(place.port), place.folder],
      env: { NODE_ENV: 'production' },
      urls: [`ws://localhost:${place.port}/`],
    }),
  };
}
