import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { controlDatabasePath, controlSocketPath } from '../../../src/core/store/layout.ts';
import { version } from '../../../src/platform/version.ts';
import { owner } from './context.ts';

/** Something on the control socket of a data directory that answers as a server does, but for what a test changes. */
export class AnsweringServer implements AsyncDisposable {
  readonly #server: Bun.Server<undefined>;

  constructor(dataDirectory: string, changed: Readonly<Record<string, unknown>> = {}) {
    const path = controlSocketPath(dataDirectory);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    appendFileSync(controlDatabasePath(dataDirectory), '');
    const status = {
      version,
      pid: process.pid,
      owner,
      url: 'http://localhost:3031',
      problems: [],
      warnings: [],
      namespaces: [],
      backup: null,
      ...changed,
    };
    this.#server = Bun.serve({ unix: path, fetch: () => Response.json(status) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }
}
