import type { DocHandle } from '@automerge/automerge-repo/slim';
import type { Tone } from '../../platform/colour.ts';
import type { Pane } from './columns.ts';
import type { Device } from './device.ts';
import type { Diary } from './documents.ts';
import type { Shown } from './view.ts';

/** So many entries may be on their way to the server: a person writes no faster either. */
const mostWaiting = 5;

/** Writes into the diary on one device, one entry after the other, and counts what the server acknowledges. */
export class Diarist implements Shown {
  readonly device: Device;
  /** All that it wrote. */
  readonly written: string[] = [];
  readonly #handle: DocHandle<Diary>;
  readonly #tone: Tone;

  constructor(device: Device, handle: DocHandle<Diary>, tone: Tone) {
    this.device = device;
    this.#handle = handle;
    this.#tone = tone;
  }

  /** Those entries of which the server has said that they are on its disk. */
  get acknowledged(): readonly string[] {
    const stored = new Set(this.device.acknowledgedContent(this.#handle)?.entries);
    return this.written.filter((entry) => stored.has(entry));
  }

  get pane(): Pane {
    const { name, isConnected } = this.device;
    const counts = [`${this.written.length} entries written`, `${this.acknowledged.length} acknowledged`];
    return {
      name,
      tone: this.#tone,
      state: isConnected ? 'online' : 'no server',
      lines: ['Reading diary', ...counts],
      news: isConnected ? '' : 'knocks again and again',
    };
  }

  watch(look: () => void): () => void {
    const leave = this.device.watch(look);
    this.#handle.on('change', look).on('remote-heads', look);
    return () => {
      leave();
      this.#handle.off('change', look).off('remote-heads', look);
    };
  }

  /** Until `isEnough`, and all of it is acknowledged. A server that is gone is waited for. */
  async write(isEnough: () => boolean, pause: () => Promise<void>): Promise<void> {
    while (!isEnough()) {
      const entry = `${this.device.name}, entry ${this.written.length + 1}`;
      this.written.push(entry);
      this.#handle.change(({ entries }) => void entries.push(entry));
      await this.device.follows(
        this.#handle,
        () => this.written.length - this.acknowledged.length < mostWaiting,
      );
      await pause();
    }
    await this.device.acknowledged(this.#handle);
  }
}
