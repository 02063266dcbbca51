import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { writeDurably } from '../store/durable-file.ts';
import { accountKeyPath, certificatePath, tlsFolder } from '../store/layout.ts';
import { whyUnusable, type KeyPair } from './key-pair.ts';

/** Whose certificate for which name. */
export interface Order {
  readonly authority: string;
  readonly name: string;
}

const certificateSchema = z.object({ authority: z.string(), chain: z.string(), key: z.string() });

/** Key and certificate in one file, so that no crash leaves one without the other. */
export function keepCertificate(dataDirectory: string, { authority }: Order, { chain, key }: KeyPair): void {
  writeDurably(certificatePath(dataDirectory), `${JSON.stringify({ authority, chain, key }, null, 2)}\n`);
}

/** What this authority gave for this name; undefined where there is none that can be used, whatever lies there. */
export function readKept(dataDirectory: string, order: Order): KeyPair | undefined {
  const found = findKept(dataDirectory, order);
  return found === undefined || 'why' in found ? undefined : found;
}

/** As `readKept`; with why it cannot be used, the rest of a sentence after "the certificate". */
export function findKept(
  dataDirectory: string,
  { authority, name }: Order,
): KeyPair | { readonly why: string } | undefined {
  const kept = certificateSchema.safeParse(readJson(certificatePath(dataDirectory)));
  if (!kept.success || kept.data.authority !== authority) return undefined;
  const { chain, key } = kept.data;
  const why = whyUnusable({ chain, key }, name);
  return why === undefined ? { chain, key } : { why };
}

export function throwAway(dataDirectory: string): void {
  rmSync(certificatePath(dataDirectory), { force: true });
}

/** The key that stands for us at authorities. One that is lost or does not read is made anew: an account is nothing but its key. */
export function openAccountKey(dataDirectory: string): KeyObject {
  mkdirSync(tlsFolder(dataDirectory), { recursive: true, mode: 0o700 });
  const path = accountKeyPath(dataDirectory);
  const kept = readAccountKey(path);
  if (kept !== undefined) return kept;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return privateKey;
}

function readAccountKey(path: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(readFileSync(path));
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** What a JSON file of ours says; undefined where it is not there or does not read. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
