import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Fetch } from '../../platform/outbound.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { beforeAbort } from './aborted.ts';
import { App } from './app.ts';
import { Device } from './device.ts';
import type { DemoOwner } from './owner.ts';
import type { Program } from './program.ts';
import type { ServerProcess } from './server-process.ts';

export interface StageOptions {
  readonly owner: DemoOwner;
  /** `localhost:port` of the server. */
  readonly host: string;
  readonly program: Program;
  readonly server: ServerProcess;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly terminal: Terminal;
  /** Ends all waits. */
  readonly signal: AbortSignal;
}

/** How an app comes in. */
export interface Entrance {
  readonly clientId: string;
  readonly namespace: string;
  readonly rootDocUrl: string | null;
}

/** What `serve` logs when an app asks; JSON, for it writes to no terminal here. */
const askingLine = z.object({
  message: z.string(),
  properties: z.object({ id: z.string(), app: z.string() }),
});

/** What every scene does: an app asks, the owner says yes, the app connects. */
export class Stage {
  readonly #options: StageOptions;

  constructor(options: StageOptions) {
    this.#options = options;
  }

  say(text: string): Promise<void> {
    return this.#options.terminal.result(text);
  }

  /** Runs a command as the owner would, and shows what it prints. */
  async run(args: readonly string[]): Promise<void> {
    await this.say(`  $ groundmist ${args.join(' ')}`);
    const output = await this.#options.program.run(args);
    await this.say(output.replaceAll(/^(?=.)/gm, '    '));
  }

  /** A new device of an app, signed in with the owner's approval and connected. */
  async enter({ clientId, namespace, rootDocUrl }: Entrance): Promise<Device> {
    const { server, host, signal } = this.#options;
    const app = await App.create({ ...this.#options, clientId });
    const asking = server.hears(readAsking);
    const signingIn = app.signIn(namespace, rootDocUrl);
    const asked = await beforeAbort(Promise.race([asking, signingIn.then(() => asking)]), signal);
    await this.say(`  The server tells its owner:\n    ${asked.message}`);
    await this.run(['app', 'approve', asked.properties.id]);
    const { token } = await beforeAbort(signingIn, signal);
    return await Device.connect(`ws://${host}/?token=${token}`, signal);
  }
}

function readAsking(line: string): z.output<typeof askingLine> | undefined {
  if (!line.startsWith('{')) return undefined;
  return askingLine.safeParse(JSON.parse(line)).data;
}
