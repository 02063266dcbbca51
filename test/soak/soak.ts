import { LeanClient } from '../support/lean-client.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { checkpoint, dump } from './checkpoint.ts';
import type { Random } from './clients/edits.ts';
import { faults, type Fault } from './faults.ts';
import { Watch, type Observations } from './observations.ts';
import type { Options } from './options.ts';
import { lookWhileQuiet } from './quiet.ts';
import { findAll, setStage, type Stage } from './stage.ts';

interface Weather {
  /** From one fault to the next, on the whole. */
  readonly everyMs: number;
  readonly faults: readonly Fault[];
}

/** Storms are at both ends. The server between them lives through all that does not end it, so that what grows is seen. */
const partOfFirstStorm = 0.15;
const partOfLastStorm = 0.1;
const storm = { everyMs: 3_000, faults };
const life = { everyMs: 6_000, faults: faults.filter(({ isRestart }) => !isRestart) };
const actEveryMs = 40;
/** A short run has as many faults as this, or more. */
const leastFaults = 30;
const mostSecondsUnchecked = 180;
const mebibyte = 2 ** 20;

interface Dealt {
  readonly fault: Fault;
  /** Of the faults alone: what strikes does not depend on how many edits were made meanwhile. */
  readonly random: Random;
}

/** One fault after another in a random order, each as often as the others. */
function* deal(faultsOfAll: readonly Fault[], random: Random): Generator<Dealt, never> {
  for (;;) {
    const left = [...faultsOfAll];
    while (left.length > 0) {
      const [fault] = left.splice(Math.floor(random() * left.length), 1);
      if (fault) yield { fault, random };
    }
  }
}

/** One run, from an empty data directory to a restored backup. */
export class Soak implements AsyncDisposable {
  readonly #options: Options;
  readonly #stage: Stage;
  readonly #watch: Watch;
  readonly #opened: AsyncDisposableStack;
  readonly #say: (line: string) => void;
  readonly #random: Random;
  /** Clients beside the crowd. */
  #followers = 0;

  private constructor(
    options: Options,
    stage: Stage,
    { opened, say }: { readonly opened: AsyncDisposableStack; readonly say: (line: string) => void },
  ) {
    this.#options = options;
    this.#stage = stage;
    this.#opened = opened;
    this.#say = say;
    this.#watch = opened.use(
      new Watch(
        stage.machine,
        stage.crowd.deeds,
        faults.map(({ name }) => name),
      ),
    );
    this.#random = seededRandom(options.seed + 1);
  }

  static async create(options: Options, say: (line: string) => void): Promise<Soak> {
    await using opened = new AsyncDisposableStack();
    const stage = await setStage(options, opened);
    return new Soak(options, stage, { opened: opened.move(), say });
  }

  get seen(): Observations {
    return this.#watch.seen;
  }

  /** Storm, a long life, storm again, and what is left of it all. Throws at the first divergence or loss. */
  async run(): Promise<void> {
    const { seconds } = this.#options;
    const { machine } = this.#stage;
    await this.#checkpoint();
    await this.#weather(storm, seconds * partOfFirstStorm);
    await machine.restart();
    await this.#longLife(seconds * (1 - partOfFirstStorm - partOfLastStorm));
    await this.#weather(storm, seconds * partOfLastStorm);
    await this.#bringBack();
    await machine.stop();
    await machine.run('verify');
  }

  async #weather(weather: Weather, seconds: number): Promise<void> {
    const until = performance.now() + seconds * 1000;
    const dealt = deal(weather.faults, seededRandom(this.#options.seed + 2 + this.#watch.checkpoints));
    const everyMs = Math.min(weather.everyMs, (this.#options.seconds * 1000) / leastFaults);
    for (let left = Math.ceil(seconds / mostSecondsUnchecked); left > 0; left--) {
      const now = performance.now();
      await this.#churn(this.#strike(now + (until - now) / left, everyMs, dealt));
      await this.#checkpoint();
    }
  }

  /** Devices go on doing what they do until the faults are over. */
  async #churn(striking: Promise<void>): Promise<void> {
    const pause = (): Promise<boolean> =>
      Promise.race([striking.then(() => false), Bun.sleep(actEveryMs * 2 * this.#random()).then(() => true)]);
    while (await pause()) await this.#stage.crowd.act();
  }

  /** One fault after another. */
  async #strike(untilMs: number, everyMs: number, dealt: Iterator<Dealt, never>): Promise<void> {
    for (;;) {
      const { fault, random } = dealt.next().value;
      await Bun.sleep(Math.max(0, Math.min(everyMs * 2 * random(), untilMs - performance.now())));
      await this.#stage.machine.expectAlive();
      if (performance.now() >= untilMs) return;
      if (await fault.strike({ ...this.#stage, random })) this.#watch.struck(fault.name);
    }
  }

  async #checkpoint(): Promise<void> {
    const checked = await checkpoint(this.#stage, this.#watch.seconds);
    const quiet = await lookWhileQuiet({ ...this.#stage, followers: this.#followers }, checked.at);
    this.#watch.checked(checked, quiet);
    this.#say(
      `${checked.at.toFixed(0)} s: ${checked.documents} documents, ${checked.compared} of them touched, ` +
        `${checked.acknowledged} acknowledged heads all there, settled in ${checked.settledSeconds.toFixed(1)} s; ` +
        `${quiet.connections} connections of ${quiet.clients} clients; ${quiet.openDocuments} documents open, ${quiet.evictions} evictions; ` +
        `${(quiet.disk.totalBytes / mebibyte).toFixed(1)} MiB on the disk for ${(quiet.documentBytes / mebibyte).toFixed(1)} MiB of documents`,
    );
  }

  /** Somebody follows every document there is meanwhile: more than the server keeps in memory, so that some leave it at each turn. */
  async #longLife(seconds: number): Promise<void> {
    const follower = await LeanClient.connect(this.#stage.newcomerUrl);
    await findAll(follower, this.#stage.ledger.documentIds);
    this.#followers = 1;
    this.#watch.beginLongLife();
    await this.#weather(life, seconds);
    this.#watch.endLongLife();
    const { closed } = follower;
    if (closed) throw new Error(`who follows all documents was closed with ${closed.code}: ${closed.reason}`);
    follower.close();
    this.#followers = 0;
    follower.free();
  }

  /** What a backup brings back elsewhere is what was there. */
  async #bringBack(): Promise<void> {
    const { machine } = this.#stage;
    const to = ['--to', machine.backupDirectory, '--plain', '--json'];
    const { path } = JSON.parse(await machine.run('backup', 'create', ...to)) as { readonly path: string };
    await machine.run('backup', 'verify', path);
    const restored = `${machine.home.binary.folder}/restored`;
    await machine.run('backup', 'restore', path, '--data-dir', restored);
    await machine.run('verify', '--data-dir', restored);
    if (!Bun.deepEquals(await dump(machine, restored), await dump(machine)))
      throw new Error('what a backup brings back is not what was there');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}
