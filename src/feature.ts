import type { Logger } from '@logtape/logtape';
import type { Policy } from './core/access/access.ts';
import type { Core } from './core/core.ts';
import type { Listeners } from './core/events.ts';
import type { Report } from './core/reports.ts';
import type { Hub } from './core/sync/hub.ts';
import type { Offerable } from './command-line/offer.ts';
import type { Configuration } from './configuration.ts';
import type { Groundmist } from './groundmist.ts';
import type { Migration } from './platform/database.ts';
import type { Route, SocketEndpoint } from './platform/http.ts';
import type { Settings, Values } from './platform/config.ts';
import type { Terminal } from './platform/terminal.ts';

/** Something a person or an app can see, plugged in by one line of features.ts. */
export interface Feature<S extends Settings = Settings> {
  readonly name: string;
  /** In help, of the commands that have the feature's name as their first word: `app …`. */
  readonly summary?: string;
  readonly settings?: S;
  readonly tables?: readonly Migration[];
  readonly commands?: readonly Command[];
  /** Joins the running server. Loads its code lazily; everything it opens closes with `close`. */
  start?(core: Core, values: Values<S>): Promise<Contribution>;
}

/** What a feature adds to the running server; frozen before it listens. */
export interface Contribution {
  /** Open to the network. */
  readonly routes?: readonly Route[];
  /** For the owner's command line, over the control socket. */
  readonly controls?: readonly Route[];
  /** For programs that watch the server, on a listener of their own: whoever may ask there hears all that these say. */
  readonly monitoring?: readonly Route[];
  readonly sockets?: readonly SocketEndpoint[];
  readonly policies?: readonly Policy[];
  readonly onHubOpen?: (hub: Hub) => void;
  readonly on?: Listeners;
  /** What it has to say in `status` and `/ready`; asked each time, so it answers from memory. */
  readonly report?: () => Report;
  readonly close?: () => Promise<void>;
}

export interface CommandArgument extends Offerable {
  readonly name: string;
  readonly summary: string;
  readonly required?: true;
}

export interface CommandOption extends Offerable {
  /** `--json`, or with a value `--limit <number>`. */
  readonly flags: string;
  readonly summary: string;
}

/** One command as help, completion and docs see it; its code loads when it runs. */
export interface Command {
  /** `inspect`, `app approve`. */
  readonly name: string;
  readonly summary: string;
  readonly arguments?: readonly CommandArgument[];
  readonly options?: readonly CommandOption[];
  /** The settings whose flags it takes. */
  readonly settings?: Settings;
  /** Lines a person may type, each with what it does. */
  readonly examples?: readonly (readonly [command: string, effect: string])[];
  /** Not shown in help and completion. */
  readonly hidden?: true;
  /** It tells by itself what was passed over in the search for the settings (`Sources.notes`). */
  readonly tellsOfSources?: true;
  load(): Promise<RunCommand>;
}

export type RunCommand = (context: CommandContext) => Promise<void>;

export interface CommandContext {
  /** By argument name; undefined where it was left out. */
  readonly arguments: Readonly<Record<string, string | undefined>>;
  /** By long flag in camel case: `--dry-run` is `dryRun`. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly terminal: Terminal;
  readonly configuration: Configuration;
  /** All features, for the commands that speak of all: serve, config, completion. */
  readonly features: readonly Feature[];
  /** Builds the server of this configuration, listening nowhere yet. */
  compose(log: Logger): Promise<Groundmist>;
  /** Runs another command on this terminal, as if the person had typed these words after `groundmist`. */
  runCommand(argv: readonly string[]): Promise<void>;
  /** Aborted by Ctrl-C, SIGTERM, or a terminal that closes (SIGHUP); a second one ends the process at once. */
  readonly signal: AbortSignal;
}
