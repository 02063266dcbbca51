import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate with what a server sends beside it, and its key, in PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface MadeCertificates {
  /** The root that a test trusts. */
  readonly root: string;
  readonly good: Identity;
  /** Another one like it. */
  readonly other: Identity;
  readonly expired: Identity;
  readonly otherName: Identity;
  readonly selfSigned: Identity;
  /** By a root that nobody knows, with the whole chain. */
  readonly unknown: Identity;
  /** As `good`, with its name where apps no longer look for it (RFC 9110 §4.3.4). */
  readonly nameless: Identity;
  /** As `good`, without the certificate between it and the root. */
  readonly alone: Identity;
}

/** Makes certificates for a name, or an address, with openssl. */
export function makeCertificates(name: string): MadeCertificates {
  const folder = mkdtempSync(join(tmpdir(), 'groundmist-certificates-'));
  try {
    const makers = new Makers(folder);
    const root = makers.authority('root');
    const between = makers.authority('between', root);
    const stranger = makers.authority('stranger');
    const withChain = (identity: Identity, by = between): Identity => ({
      ...identity,
      cert: identity.cert + readFileSync(by.cert, 'utf8'),
    });
    const alone = makers.leaf(name, between, 90);
    return {
      root: readFileSync(root.cert, 'utf8'),
      good: withChain(alone),
      other: withChain(makers.leaf(name, between, 90)),
      alone,
      nameless: withChain(makers.leaf(name, between, 90, '')),
      expired: withChain(makers.leaf(name, between, -1)),
      otherName: withChain(makers.leaf('other.example.com', between, 90)),
      selfSigned: makers.selfSigned(name),
      unknown: withChain(makers.leaf(name, stranger, 90), stranger),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Authority {
  readonly cert: string;
  readonly key: string;
}

class Makers {
  readonly #folder: string;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  authority(name: string, by?: Authority): Authority {
    const { key, request } = this.#request(`Groundmist test ${name}`);
    const cert = this.#at('pem');
    const extensions = this.#file('basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n');
    this.#openssl(
      'x509',
      '-req',
      '-in',
      request,
      '-days',
      '365',
      '-extfile',
      extensions,
      '-out',
      cert,
      ...signer(by, key),
    );
    return { cert, key };
  }

  leaf(name: string, by: Authority, days: number, names = `subjectAltName=${subject(name)}\n`): Identity {
    const { key, request } = this.#request(name);
    const cert = this.#at('pem');
    const extensions = this.#file(
      `${names}authorityInfoAccess=caIssuers;URI:http://authority.example/between.crt\n`,
    );
    this.#openssl(
      'x509',
      '-req',
      '-in',
      request,
      '-days',
      String(days),
      '-extfile',
      extensions,
      '-out',
      cert,
      ...signer(by, key),
    );
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  }

  selfSigned(name: string): Identity {
    const { key, request } = this.#request(name);
    const cert = this.#at('pem');
    const extensions = this.#file(`subjectAltName=${subject(name)}\n`);
    this.#openssl(
      'x509',
      '-req',
      '-in',
      request,
      '-days',
      '30',
      '-extfile',
      extensions,
      '-out',
      cert,
      '-signkey',
      key,
    );
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  }

  #request(name: string): { readonly key: string; readonly request: string } {
    const [key, request] = [this.#at('key'), this.#at('csr')];
    this.#openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', key);
    this.#openssl('req', '-new', '-key', key, '-subj', `/CN=${name}`, '-out', request);
    return { key, request };
  }

  #file(text: string): string {
    const path = this.#at('ext');
    writeFileSync(path, text);
    return path;
  }

  #at(ending: string): string {
    this.#count += 1;
    return join(this.#folder, `${this.#count}.${ending}`);
  }

  #openssl(...args: readonly string[]): void {
    const { exitCode, stderr } = Bun.spawnSync(['openssl', ...args], { stderr: 'pipe' });
    if (exitCode !== 0) throw new Error(`openssl ${args[0]}: ${stderr.toString()}`);
  }
}

function signer(by: Authority | undefined, key: string): readonly string[] {
  return by === undefined ? ['-signkey', key] : ['-CA', by.cert, '-CAkey', by.key, '-CAcreateserial'];
}

function subject(name: string): string {
  return /^[0-9.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`;
}
