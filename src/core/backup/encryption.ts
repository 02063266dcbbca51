import { Readable } from 'node:stream';
import { Failure } from '../failure.ts';

/** For whom a backup is encrypted. */
export type Lock =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'recipients'; readonly recipients: readonly string[] };

/** What opens an encrypted backup. */
export type Key =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'identities'; readonly identities: readonly string[] };

/** How files of the age format begin (https://age-encryption.org/v1). */
const magic = Buffer.from('age-encryption.org/v1\n');

export function isAge(beginning: Uint8Array): boolean {
  return magic.equals(beginning.subarray(0, magic.length));
}

/** `Usage` for the first that is none; also for a key that was to stay secret. */
export async function refuseStrangeRecipients(recipients: readonly string[]): Promise<void> {
  await makeEncrypter({ kind: 'recipients', recipients });
}

/** `plain`, encrypted in the age format, a piece at a time. */
export async function encrypt(
  plain: AsyncIterable<Uint8Array>,
  lock: Lock,
): Promise<AsyncIterable<Uint8Array>> {
  const encrypter = await makeEncrypter(lock);
  return pieces(await encrypter.encrypt(toWeb(plain)));
}

/** What `encrypt` was given. `WrongKey` where the key does not open it; later, `BackupDamaged` where it is not whole. */
export async function decrypt(
  sealed: AsyncIterable<Uint8Array>,
  key: Key,
): Promise<AsyncIterable<Uint8Array>> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  if (key.kind === 'passphrase') decrypter.addPassphrase(key.passphrase);
  else {
    for (const identity of key.identities) {
      explained('Usage', 'A line of the identity file is no age key: age-keygen writes them.', () =>
        decrypter.addIdentity(identity),
      );
    }
  }
  try {
    return whole(pieces(await decrypter.decrypt(toWeb(sealed))));
  } catch (error) {
    if (error instanceof Failure) throw error;
    const what = key.kind === 'passphrase' ? 'This passphrase does' : 'These identities do';
    throw new Failure('WrongKey', `${what} not open the backup, or its beginning is damaged.`, {
      cause: error,
    });
  }
}

async function makeEncrypter(lock: Lock) {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  if (lock.kind === 'passphrase') {
    encrypter.setPassphrase(lock.passphrase);
    return encrypter;
  }
  for (const recipient of lock.recipients) {
    const shown = /^AGE-SECRET-KEY/i.test(recipient)
      ? 'A secret key was given as a recipient'
      : `"${recipient.slice(0, 80)}" is no age recipient`;
    explained('Usage', `${shown}: a recipient is what age-keygen shows as the public key, age1….`, () =>
      encrypter.addRecipient(recipient),
    );
  }
  return encrypter;
}

function explained(code: 'Usage', sentence: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new Failure(code, sentence, { cause: error });
  }
}

/** The authentication of the age format names no place: what is wrong with one piece is wrong with all. */
async function* whole(plain: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* plain;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('BackupDamaged', 'The backup is damaged or cut off: its encryption does not hold.', {
      cause: error,
    });
  }
}

function toWeb(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  return Readable.toWeb(Readable.from(source, { objectMode: false }));
}

async function* pieces(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
