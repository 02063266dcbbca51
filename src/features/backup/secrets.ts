import { readFile } from 'node:fs/promises';
import { refuseStrangeRecipients, type Key, type Lock } from '../../core/backup/encryption.ts';
import { Failure } from '../../core/failure.ts';
import type { CommandContext } from '../../feature.ts';
import { terminalPrompts } from '../../platform/prompts.ts';
import { hide } from '../../platform/redact.ts';
import type { BackupValues } from './read-settings.ts';

const mostInputBytes = 4096;
const leastLength = 8;
const tooShort = `A passphrase has ${leastLength} characters at least; five random words are better.`;

/** How a new backup is to be encrypted: by the flags, else by the settings, else not at all. */
export async function chooseLock(context: CommandContext, values: BackupValues): Promise<Lock | undefined> {
  const { options } = context;
  const asked = ['recipient', 'passphrase', 'passphraseStdin', 'plain'].map((name) => options[name]);
  if (asked.filter((one) => one !== undefined && one !== false).length > 1) {
    throw new Failure(
      'Usage',
      'A backup is encrypted for recipients, or with one passphrase, or not at all: use one of these flags.',
    );
  }
  if (options['plain'] === true) return undefined;
  if (typeof options['recipient'] === 'string') return recipientLock(options['recipient'].split(','));
  if (options['passphraseStdin'] === true) return passphraseLock(await passphraseFromInput(context));
  if (options['passphrase'] === true) {
    return passphraseLock(values.passphrase ?? (await askForNewPassphrase(context)));
  }
  if (values.recipients !== undefined && values.recipients.length > 0)
    return recipientLock(values.recipients);
  return values.passphrase === undefined ? undefined : passphraseLock(values.passphrase);
}

/** What opens an encrypted backup: an identity file, standard input, the setting, or the person. */
export async function readKey(context: CommandContext, values: BackupValues): Promise<Key> {
  const { options, terminal, signal } = context;
  if (typeof options['identity'] === 'string') {
    return { kind: 'identities', identities: await readIdentities(options['identity']) };
  }
  if (options['passphraseStdin'] === true) {
    return passphraseKey(await passphraseFromInput(context));
  }
  if (values.passphrase !== undefined) return passphraseKey(values.passphrase);
  if (!terminal.isInteractive) {
    throw new Failure(
      'Usage',
      'This backup is encrypted and nobody can be asked here: use --identity, --passphrase-stdin or GROUNDMIST_BACKUP_PASSPHRASE.',
    );
  }
  const prompts = await terminalPrompts(signal);
  const passphrase = await prompts.secret({
    message: 'Passphrase of the backup (for one with a key, use --identity)',
    whyNot: (text) => (text === '' ? 'Type or paste it.' : undefined),
  });
  return passphraseKey(passphrase);
}

function passphraseKey(passphrase: string): Key {
  hide(passphrase);
  return { kind: 'passphrase', passphrase };
}

async function recipientLock(given: readonly string[]): Promise<Lock> {
  const recipients = given.map((one) => one.trim()).filter((one) => one !== '');
  if (recipients.length === 0) throw new Failure('Usage', 'No recipient was named.');
  await refuseStrangeRecipients(recipients);
  return { kind: 'recipients', recipients };
}

function passphraseLock(passphrase: string): Lock {
  hide(passphrase);
  if (passphrase.length < leastLength) throw new Failure('Usage', tooShort);
  return { kind: 'passphrase', passphrase };
}

async function passphraseFromInput({ terminal }: CommandContext): Promise<string> {
  const text = (await terminal.readInput(mostInputBytes)).replace(/\r?\n$/, '');
  if (text === '') throw new Failure('Usage', 'Standard input held no passphrase.');
  return text;
}

async function askForNewPassphrase({ terminal, signal }: CommandContext): Promise<string> {
  if (!terminal.isInteractive) {
    throw new Failure(
      'Usage',
      'Nobody can be asked for a passphrase here: use --passphrase-stdin or GROUNDMIST_BACKUP_PASSPHRASE.',
    );
  }
  const prompts = await terminalPrompts(signal);
  const passphrase = await prompts.secret({
    message: 'Passphrase for this backup; without it nobody can read it, you included',
    whyNot: (text) => (text.length < leastLength ? tooShort : undefined),
  });
  await prompts.secret({
    message: 'The same again',
    whyNot: (text) => (text === passphrase ? undefined : 'It is not the same.'),
  });
  return passphrase;
}

/** Blank lines and comments between keys are what age-keygen writes. */
async function readIdentities(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Failure('FileMissing', `The identity file ${path} cannot be read.`, { cause });
  });
  const lines = text.split('\n').map((line) => line.trim());
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (identities.length === 0)
    throw new Failure('Usage', `There is no key in ${path}: age-keygen writes one.`);
  identities.forEach(hide);
  return identities;
}
