import type { StoreFiles } from '../../src/core/store/nodefs/store-files.ts';

export interface FileFault {
  readonly code: string;
  /** `never`: it is not done; `works`: it is done and says that it is not. */
  readonly effect: 'never' | 'works';
}

/** A file system of which one step fails. */
export class FaultyFiles implements StoreFiles {
  readonly #real: StoreFiles;
  readonly #fault: FileFault;
  #left = Infinity;
  /** The step that failed. */
  failed: string | undefined;

  constructor(real: StoreFiles, fault: FileFault) {
    this.#real = real;
    this.#fault = fault;
  }

  /** The step `at` from now on, counted from 1. */
  arm(at: number): void {
    this.#left = at;
  }

  disarm(): void {
    this.#left = Infinity;
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    await this.#step('write', () => this.#real.write(path, bytes));
  }

  async syncFolder(path: string): Promise<void> {
    await this.#step('syncFolder', () => this.#real.syncFolder(path));
  }

  makeFolder(path: string): void {
    this.#step('makeFolder', () => this.#real.makeFolder(path));
  }

  rename(from: string, to: string): void {
    this.#step('rename', () => this.#real.rename(from, to));
  }

  remove(path: string): void {
    this.#step('remove', () => this.#real.remove(path));
  }

  #step<Result>(name: string, real: () => Result): Result {
    this.#left -= 1;
    if (this.#left !== 0) return real();
    this.failed = name;
    const error = Object.assign(new Error(this.#fault.code), { code: this.#fault.code });
    if (this.#fault.effect === 'never') throw error;
    const done: unknown = real();
    if (!(done instanceof Promise)) throw error;
    return done.then(() => Promise.reject(error)) as Result;
  }
}
