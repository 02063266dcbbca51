import type { TailFiles } from '../../src/core/store/tail-files.ts';

export interface TailFault {
  readonly code: string;
  /** `never`: it is not done; `half`: half of what is written is; `works`: it is done and says that it is not. */
  readonly effect: 'never' | 'half' | 'works';
}

/** A file system of which one step fails. */
export class FaultyTailFiles implements TailFiles {
  readonly #real: TailFiles;
  readonly #fault: TailFault;
  #left = Infinity;
  /** The step that failed. */
  failed: string | undefined;

  constructor(real: TailFiles, fault: TailFault) {
    this.#real = real;
    this.#fault = fault;
  }

  /** The step `at` from now on, counted from 1. */
  arm(at: number): void {
    this.#left = at;
    this.failed = undefined;
  }

  disarm(): void {
    this.#left = Infinity;
  }

  open(path: string): number {
    return this.#step('open', () => this.#real.open(path));
  }

  write(file: number, bytes: Uint8Array, position: number): number {
    const half = bytes.subarray(0, bytes.length / 2);
    return this.#step(
      'write',
      () => this.#real.write(file, bytes, position),
      () => this.#real.write(file, half, position),
    );
  }

  sync(file: number): void {
    this.#step('sync', () => this.#real.sync(file));
  }

  syncFolder(path: string): void {
    this.#step('syncFolder', () => this.#real.syncFolder(path));
  }

  close(file: number): void {
    this.#real.close(file);
  }

  remove(path: string): void {
    this.#real.remove(path);
  }

  #step<Result>(name: string, whole: () => Result, half: () => unknown = () => {}): Result {
    this.#left -= 1;
    if (this.#left !== 0) return whole();
    this.failed = name;
    const { code, effect } = this.#fault;
    if (effect === 'works') whole();
    if (effect === 'half') half();
    throw Object.assign(new Error(code), { code });
  }
}
