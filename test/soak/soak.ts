import * as Automerge from '@automerge/automerge';
import { TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { LeanClient } from '../support/lean-client.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { checkpoint, dump, type Checkpoint } from './checkpoint.ts';
import { Crowd, type Deeds } from './clients/crowd.ts';
import { newContent, pick } from './clients/edits.ts';
import { faults, type Fault, type FaultContext } from './faults.ts';
import { Ledger } from './judgement/ledger.ts';
import { Machine } from './machine/machine.ts';
import { measureDisk, sampleProcess, type DiskUse, type Sample } from './machine/sample.ts';
import type { Options } from './options.ts';

/** Everything that a soak saw. */
export interface Observations {
  readonly deeds: Deeds;
  readonly faults: Record<string, number>;
  readonly checkpoints: Checkpoint[];
  /** Of the one server that lives long. */
  readonly samples: Sample[];
  readonly disk: (DiskUse & { readonly at: number; readonly documentBytes: number })[];
  peakLogBytes: number;
  peakTailBytes: number;
  lives: number;
  loggedBytes: number;
  documentBytes: number;
  isMemoryLimited: boolean;
  hasSmallDisk: boolean;
}

const mebibyte = 2 ** 20;
const memoryBytes = 512 * mebibyte;
const diskBytes = 320 * mebibyte;
/** Storms are at both ends; the server between them lives through all that does not end it, and what grows is seen. */
const partOfStorm = 0.25;
const partOfLife = 0.65;
const sampleEveryMs = 1_000;
const actEveryMs = 80;
const calmFaultEveryMs = 6_000;
const stormFaultEveryMs = 3_000;
const mostCheckpointSeconds = 180;
const uploadedAtOnce = 500;

/** One run, from an empty data directory to a restored backup. Throws at the first divergence or loss. */
export class Soak implements AsyncDisposable {
  readonly seen: Observations;
  readonly #options: Options;
  readonly #machine: Machine;
  readonly #crowd: Crowd;
  readonly #ledger: Ledger;
  readonly #context: FaultContext;
  readonly #newcomerUrl: string;
  readonly #random: () => number;
  readonly #startedAt = performance.now();
  readonly #say: (line: string) => void;
  #sampling: Timer | undefined;

  private constructor(parts: {
    readonly options: Options;
    readonly machine: Machine;
    readonly crowd: Crowd;
    readonly ledger: Ledger;
    readonly context: FaultContext;
    readonly newcomerUrl: string;
    readonly say: (line: string) => void;
  }) {
    this.#options = parts.options;
    this.#machine = parts.machine;
    this.#crowd = parts.crowd;
    this.#ledger = parts.ledger;
    this.#context = parts.context;
    this.#newcomerUrl = parts.newcomerUrl;
    this.#random = parts.context.random;
    this.#say = parts.say;
    this.seen = {
      deeds: parts.crowd.deeds,
      faults: {},
      checkpoints: [],
      samples: [],
      disk: [],
      peakLogBytes: 0,
      peakTailBytes: 0,
      lives: 0,
      loggedBytes: 0,
      documentBytes: 0,
      isMemoryLimited: parts.machine.isMemoryLimited,
      hasSmallDisk: parts.machine.disk !== undefined,
    };
  }

  static async create(options: Options, say: (line: string) => void): Promise<Soak> {
    const machine = await Machine.create({ store: options.store, memoryBytes, diskBytes });
    try {
      await machine.start();
      const urls: string[] = [];
      for (let place = 0; place < options.devices / 2 + 2; place++)
        urls.push(
          await machine.home.admit('xyz.groundmist.library', await TestApp.create(machine.home.owner)),
        );
      const [hostileUrl = '', newcomerUrl = '', ...deviceUrls] = urls;
      const random = seededRandom(options.seed);
      const ledger = new Ledger();
      const victim = await stockLibrary(newcomerUrl, options.library, ledger, random);
      const crowd = new Crowd({
        count: options.devices,
        urls: deviceUrls,
        random: seededRandom(options.seed + 1),
        ledger,
      });
      const context = { machine, crowd, random, hostileUrl, victim, later: new Set<Promise<void>>() };
      return new Soak({ options, machine, crowd, ledger, context, newcomerUrl, say });
    } catch (error) {
      await machine[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Storm, a long life, storm again, and what is left of it all. */
  async run(): Promise<void> {
    const { seconds } = this.#options;
    await this.#checkpoint();
    await this.#live(seconds * partOfStorm, { everyMs: stormFaultEveryMs, restarts: true });
    await this.#machine.server.stop();
    await this.#machine.start();
    await this.#fetchAll();
    this.#sampling = setInterval(() => this.#sample(), sampleEveryMs);
    await this.#live(seconds * partOfLife, { everyMs: calmFaultEveryMs, restarts: false });
    clearInterval(this.#sampling);
    await this.#live(seconds * (1 - partOfStorm - partOfLife), {
      everyMs: stormFaultEveryMs,
      restarts: true,
    });
    await this.#finish();
  }

  async #live(
    seconds: number,
    { everyMs, restarts }: { readonly everyMs: number; readonly restarts: boolean },
  ): Promise<void> {
    const until = performance.now() + seconds * 1000;
    const checkpoints = Math.ceil(seconds / mostCheckpointSeconds);
    const wanted = faults.filter(({ isRestart }) => restarts || !isRestart);
    for (let left = checkpoints; left > 0; left--) {
      const now = performance.now();
      await this.#churn(now + (until - now) / left, everyMs, wanted);
      await this.#checkpoint();
    }
  }

  async #churn(untilMs: number, everyMs: number, wanted: readonly Fault[]): Promise<void> {
    const striking = this.#strike(untilMs, everyMs, wanted);
    let isStruck = false;
    let failure: { readonly error: unknown } | undefined;
    void striking.then(
      () => (isStruck = true),
      (error: unknown) => (failure = { error }),
    );
    while (!isStruck && !failure) {
      await this.#crowd.act();
      await Bun.sleep(actEveryMs * 2 * this.#random());
    }
    await striking;
  }

  /** One fault after another until the time is over. */
  async #strike(untilMs: number, everyMs: number, wanted: readonly Fault[]): Promise<void> {
    const random = seededRandom(this.#options.seed + this.seen.checkpoints.length + 2);
    while (performance.now() < untilMs) {
      await Bun.sleep(Math.min(everyMs * 2 * random(), Math.max(0, untilMs - performance.now())));
      const fault = pick(random, wanted);
      if (!fault || performance.now() > untilMs) break;
      await this.#machine.expectAlive();
      await fault.strike({ ...this.#context, random });
      this.seen.faults[fault.name] = (this.seen.faults[fault.name] ?? 0) + 1;
    }
    await this.#machine.expectAlive();
  }

  async #checkpoint(): Promise<void> {
    const parties = {
      machine: this.#machine,
      crowd: this.#crowd,
      ledger: this.#ledger,
      newcomerUrl: this.#newcomerUrl,
    };
    const checked = await checkpoint(parties, this.#seconds);
    this.seen.checkpoints.push(checked);
    const documentBytes = await this.#storedBytes();
    const disk = this.#measureDisk();
    this.seen.disk.push({ ...disk, at: this.#seconds, documentBytes });
    this.seen.documentBytes = documentBytes;
    this.#note();
    this.#say(
      `${this.#seconds.toFixed(0)} s: ${checked.documents} documents, ${checked.compared} compared, ` +
        `${checked.acknowledged} acknowledged heads there, settled in ${checked.settledSeconds.toFixed(1)} s; ` +
        `${(disk.totalBytes / mebibyte).toFixed(1)} MiB on the disk`,
    );
  }

  /** Somebody asks for every document there is: the cache of the server is full, and others have left it. */
  async #fetchAll(): Promise<void> {
    const reader = await LeanClient.connect(this.#newcomerUrl);
    const ids = this.#ledger.documentIds;
    for (let from = 0; from < ids.length; from += uploadedAtOnce)
      await Promise.all(ids.slice(from, from + uploadedAtOnce).map((id) => reader.find(id)));
    reader.close();
    reader.free();
  }

  async #finish(): Promise<void> {
    await Promise.all(this.#context.later);
    const { machine } = this.#machine.server.hasEnded
      ? { machine: this.#machine }
      : { machine: this.#machine };
    const made = JSON.parse(
      await machine.run('backup', 'create', '--to', machine.backupDirectory, '--plain', '--json'),
    ) as { readonly path: string };
    const before = await dump(machine);
    await machine.run('backup', 'verify', made.path);
    const restored = `${machine.home.binary.folder}/restored`;
    await machine.run('backup', 'restore', made.path, '--data-dir', restored);
    await machine.run('verify', '--data-dir', restored);
    const after = await dump(machine, restored);
    if (!Bun.deepEquals(after, before)) throw new Error('what a backup brings back is not what was there');
    const { exitCode } = await machine.server.stop();
    if (exitCode !== 0) throw new Error(`the server ended with ${exitCode}`);
    await machine.run('verify');
    this.#note();
  }

  async #storedBytes(): Promise<number> {
    const tree = JSON.parse(await this.#machine.run('inspect', '--json')) as {
      readonly namespaces: readonly { readonly bytes: number }[];
    };
    return tree.namespaces.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #sample(): void {
    const sample = sampleProcess(this.#machine.server.pid, this.#seconds);
    if (sample) this.seen.samples.push(sample);
    this.#measureDisk();
  }

  #measureDisk(): DiskUse {
    const disk = measureDisk(this.#machine.dataDirectory);
    this.seen.peakLogBytes = Math.max(this.seen.peakLogBytes, disk.logBytes);
    this.seen.peakTailBytes = Math.max(this.seen.peakTailBytes, disk.tailBytes);
    return disk;
  }

  #note(): void {
    this.seen.lives = this.#machine.lives;
    this.seen.loggedBytes = this.#machine.loggedBytes;
  }

  get #seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sampling);
    this.#crowd.close();
    await this.#machine[Symbol.asyncDispose]();
  }
}

/** Documents that were there before; gives one that hostile apps speak of. */
async function stockLibrary(url: string, count: number, ledger: Ledger, random: () => number) {
  const writer = await LeanClient.connect(url);
  for (let from = 0; from < count; from += uploadedAtOnce) {
    const ids = Array.from({ length: Math.min(uploadedAtOnce, count - from) }, (_, n) =>
      writer.create(newContent(random, from + n)),
    );
    await eventually(
      'the library is stored',
      () => ids.every((id) => (writer.told.get(id)?.size ?? 0) > 0),
      60_000,
    );
  }
  for (const [id, heads] of writer.told) ledger.tell(id, [...heads]);
  const documentId = writer.create({ list: [1, 2] });
  await eventually('the victim is stored', () => (writer.told.get(documentId)?.size ?? 0) > 0);
  const doc = writer.document(documentId);
  if (!doc) throw new Error('there is no victim');
  const victim = { documentId, doc: Automerge.clone(doc) };
  writer.close();
  writer.free();
  return victim;
}
