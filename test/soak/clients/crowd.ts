import type { Generation } from '../../support/stock-client.ts';
import type { Ledger } from '../judgement/ledger.ts';
import { Device } from './device.ts';
import { editOf, newContent, pick, type Random } from './edits.ts';

export interface CrowdOptions {
  readonly count: number;
  readonly urls: readonly string[];
  readonly random: Random;
  readonly ledger: Ledger;
}

/** What the crowd did, by name. */
export type Deeds = Record<string, number>;

/** Documents that devices work on at a time; the others are old ones, opened now and then. */
const activeCount = 40;
/** Past the 128 chunks after which a document is compacted. */
const editsOfOne = 160;
const openOnOneDevice = 20;

/** Every device of a person with many, and what they do. */
export class Crowd {
  readonly deeds: Deeds = {};
  readonly #options: CrowdOptions;
  #devices: readonly Device[];
  /** With how often each was edited. */
  readonly #active = new Map<string, number>();
  #serial = 0;

  constructor(options: CrowdOptions) {
    this.#options = options;
    this.#devices = Array.from({ length: options.count }, (_, place) => this.#join(place));
  }

  get devices(): readonly Device[] {
    return this.#devices;
  }

  /** One thing that one device does. */
  async act(): Promise<void> {
    const { random } = this.#options;
    const place = Math.floor(random() * this.#devices.length);
    const device = this.#devices[place];
    if (!device) return;
    const chance = random();
    if (chance < 0.62) await this.#edit(device);
    else if (chance < 0.72) this.#create(device);
    else if (chance < 0.84) await this.#open(device);
    else if (chance < 0.92) this.#speak(device);
    else await this.#move(device, place, random());
  }

  /** Everybody is back and connected. */
  async gather(): Promise<void> {
    for (const device of this.#devices) device.comeBack();
    await Promise.all(this.#devices.map((device) => device.untilConnected()));
  }

  /** So many connections break at once, as of a router that restarts. */
  cut(part: number): void {
    for (const device of this.#devices) if (this.#options.random() < part) device.cut();
    this.#count('connections cut');
  }

  close(): void {
    for (const device of this.#devices) device.leave();
  }

  async #edit(device: Device): Promise<void> {
    const { random } = this.#options;
    const id = pick(random, device.documentIds);
    this.#serial += 1;
    if (id === undefined || !(await this.#change(device, id))) return;
    this.#count(device.isOnline ? 'edits' : 'edits offline');
    const edits = (this.#active.get(id) ?? 0) + 1;
    if (edits > editsOfOne) this.#active.delete(id);
    else if (this.#active.has(id)) this.#active.set(id, edits);
  }

  async #change(device: Device, id: string): Promise<boolean> {
    try {
      return device.change(id, editOf(this.#options.random, this.#serial));
    } catch {
      // A stock client that cannot send, for its socket is just closing, leaves the document in a state that takes no more changes.
      await device.reload((known) => this.#isKept(device, known));
      this.#count('reloads of a client that broke');
      return false;
    }
  }

  #create(device: Device): void {
    this.#serial += 1;
    const id = device.create(newContent(this.#options.random, this.#serial));
    this.#active.set(id, 0);
    const [oldest] = this.#active.keys();
    if (this.#active.size > activeCount && oldest !== undefined) this.#active.delete(oldest);
    this.#count('documents made');
  }

  /** One that another device works on, or one from the shelves. */
  async #open(device: Device): Promise<void> {
    const { random, ledger } = this.#options;
    if (!device.isConnected || device.documentIds.length > openOnOneDevice * 2) return;
    const isOld = random() < 0.4;
    const id = pick(random, isOld ? ledger.documentIds : [...this.#active.keys()]);
    if (id === undefined || device.documentIds.includes(id)) return;
    // It may take as long as nobody has it; the device goes on meanwhile.
    void device
      .find(id)
      .then((isFound) => this.#count(isFound ? 'documents opened' : 'documents not had yet'));
  }

  #speak(device: Device): void {
    const { random } = this.#options;
    const id = pick(random, device.documentIds);
    if (id === undefined || !device.isConnected) return;
    device.broadcast(id, { cursor: Math.floor(random() * 100), name: device.name });
    this.#count('presence');
  }

  /** Leaves, comes, is reloaded. */
  async #move(device: Device, place: number, chance: number): Promise<void> {
    if (!device.isOnline) {
      device.comeBack();
      this.#count('came back online');
    } else if (chance < 0.4) {
      device.goOffline();
      this.#count('went offline');
    } else if (chance < 0.6) {
      device.cut();
      this.#count('connections cut');
    } else if (chance < 0.95) {
      await device.reload((id) => this.#isKept(device, id));
      this.#count('reloads');
    } else {
      device.leave();
      this.#devices = this.#devices.with(place, this.#join(place));
      this.#count('devices replaced');
    }
  }

  #isKept(device: Device, id: string): boolean {
    const isCrowded = device.documentIds.length > openOnOneDevice;
    return this.#active.has(id) ? !isCrowded || this.#options.random() < 0.7 : this.#options.random() < 0.2;
  }

  #join(place: number): Device {
    const { urls, ledger } = this.#options;
    this.#serial += 1;
    const generation: Generation = this.#serial % 2 === 0 ? '1.2.1' : '2.5.6';
    return new Device({
      name: `device ${this.#serial}`,
      generation,
      url: urls[place % urls.length] ?? '',
      onTold: (id, heads) => ledger.tell(id, heads),
    });
  }

  #count(deed: string): void {
    this.deeds[deed] = (this.deeds[deed] ?? 0) + 1;
  }
}
