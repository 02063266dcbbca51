import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import type { Logger } from '@logtape/logtape';
import type { Clock } from '../../platform/clock.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { Failure, toFailure } from '../failure.ts';
import type { Report } from '../reports.ts';
import { errorCode } from '../store/error-code.ts';
import { describeCertificate, type CertificateSource } from './certificate-source.ts';
import { whyUnusable, type KeyPair } from './key-pair.ts';

export interface CertificateFilesOptions {
  readonly certificatePath: string;
  readonly keyPath: string;
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const lookEveryMs = 60_000;
const largestFileBytes = 1024 * 1024;
const othersRead = 0o007;

/** The owner's own certificate, read again every minute: who renews it needs to tell nobody. A new one that is no good leaves the old in place. */
export class CertificateFiles implements CertificateSource {
  readonly #options: CertificateFilesOptions;
  #onPair: (pair: KeyPair) => Promise<void> = async () => {};
  #current: KeyPair | undefined;
  #problem: string | undefined;
  #cancel = () => {};
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: CertificateFilesOptions) {
    this.#options = options;
  }

  /** `ConfigurationInvalid` where there is no pair to start with. */
  async start(onPair: (pair: KeyPair) => Promise<void>): Promise<void> {
    this.#onPair = onPair;
    const pair = readPair(this.#options);
    await onPair(pair);
    this.#current = pair;
    if (isOpenToOthers(this.#options.keyPath))
      this.#options.log.warn('{problem}', { problem: this.#openKey() });
    this.#nap();
  }

  report(): Report {
    const { name, clock, keyPath } = this.#options;
    const known = { source: 'files', name, current: this.#current, problem: this.#problem } as const;
    const report = describeCertificate(known, clock.now());
    if (!isOpenToOthers(keyPath)) return report;
    return { ...report, warnings: [...(report.warnings ?? []), this.#openKey()] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#running;
  }

  #nap(): void {
    if (this.#isClosed) return;
    this.#cancel = this.#options.clock.after(lookEveryMs, () => {
      this.#running = this.#look().finally(() => this.#nap());
    });
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { log, name } = this.#options;
    try {
      const pair = readPair(this.#options);
      this.#problem = undefined;
      if (pair.chain === this.#current?.chain && pair.key === this.#current.key) return;
      await this.#onPair(pair);
      this.#current = pair;
      log.info('The new certificate of {name} is in use.', { name });
    } catch (error) {
      const problem = `${toFailure(error).message} The one that was read before stays in use.`;
      if (problem !== this.#problem) log.warn('{problem}', { problem });
      this.#problem = problem;
    }
  }

  #openKey(): string {
    const { keyPath } = this.#options;
    return `Other users of this machine may read ${keyPath}, the key of your certificate: \`chmod o-rwx ${shellWord(keyPath)}\`.`;
  }
}

/** `ConfigurationInvalid` where the files hold no pair for this name. */
function readPair({ certificatePath, keyPath, name }: CertificateFilesOptions): KeyPair {
  const pair = {
    chain: readText('GROUNDMIST_TLS_CERT', certificatePath),
    key: readText('GROUNDMIST_TLS_KEY', keyPath),
  };
  const why = whyUnusable(pair, name);
  if (why === undefined) return pair;
  throw new Failure(
    'ConfigurationInvalid',
    `GROUNDMIST_TLS_CERT=${certificatePath}: the certificate ${why}. The key is read from ${keyPath}, GROUNDMIST_TLS_KEY.`,
  );
}

function readText(setting: string, path: string): string {
  try {
    const text = readRegular(path);
    if (text !== undefined) return text;
  } catch (error) {
    const why = errorCode(error) === 'ENOENT' ? 'is not there' : `cannot be read (${errorCode(error)})`;
    const sentence = `${setting}=${path} ${why}. It has to be a PEM file that the user of this server may read.`;
    throw new Failure('ConfigurationInvalid', sentence, { cause: error });
  }
  throw new Failure(
    'ConfigurationInvalid',
    `${setting}=${path} is no file, or far too large for one in PEM.`,
  );
}

/** Undefined where it is anything but a file of some size. Without O_NONBLOCK a FIFO of that name would hold us for ever. */
function readRegular(path: string): string | undefined {
  if (!statSync(path).isFile()) return undefined;
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(descriptor);
    const isUsable = stat.isFile() && stat.size <= largestFileBytes;
    return isUsable ? readFileSync(descriptor, 'utf8') : undefined;
  } finally {
    closeSync(descriptor);
  }
}

function isOpenToOthers(path: string): boolean {
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & othersRead) !== 0;
}
