import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf } from './repository.ts';

/** A public key as minisign writes it, after a line of comment. */
const keyLine = /^RW[A-Za-z0-9+/]{54}$/m;

/**
 * `install.sh` as it is released: it knows where the releases are, and which key signs them, where there is one. Without a
 * repository whoever runs it has to name the place.
 */
export function releasedInstaller(root: string, repository: string | undefined): string {
  const script = readFileSync(join(root, 'install.sh'), 'utf8');
  const base = repository === undefined ? undefined : `${addressOf(repository)}/releases/download`;
  return fillIn(fillIn(script, 'official_base', base), 'official_key', readKey(root));
}

function readKey(root: string): string | undefined {
  const path = join(root, 'release/minisign.pub');
  if (!existsSync(path)) return undefined;
  const [key] = keyLine.exec(readFileSync(path, 'utf8')) ?? [];
  if (key === undefined) throw new Error(`${path} has no public key of minisign in it.`);
  return key;
}

function fillIn(script: string, name: string, value: string | undefined): string {
  const line = new RegExp(`^${name}=.*$`, 'gm');
  if (script.match(line)?.length !== 1) throw new Error(`install.sh has to have one line ${name}=.`);
  return value === undefined ? script : script.replace(line, () => `${name}=${value}`);
}
