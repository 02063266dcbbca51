import { readFileSync, writeFileSync } from 'node:fs';
import { signAdHoc, signatureProblem } from './code-signature.ts';
import { readElf } from './elf.ts';
import { readMachO } from './mach-o.ts';
import type { Target } from './targets.ts';

/**
 * Bun signs what it builds for arm64 Macs. For x64 it leaves the signature of its own program, which no longer fits: macOS
 * runs what is not signed there, and ends what is signed wrongly.
 */
export function signWhereNeeded(path: string, { os }: Target): void {
  if (os !== 'darwin') return;
  const bytes = readFileSync(path);
  if (signatureProblem(bytes) !== undefined) writeFileSync(path, signAdHoc(bytes, 'groundmist'));
}

/** Fails where a file is not what the system of its target would start. */
export function checkBinary(path: string, target: Target): void {
  const bytes = readFileSync(path);
  const problem = target.os === 'darwin' ? macProblem(bytes, target) : linuxProblem(bytes, target);
  if (problem !== undefined) throw new Error(`What was built for ${target.name} is not for it: ${problem}.`);
}

function macProblem(bytes: Buffer, { arch }: Target): string | undefined {
  const found = readMachO(bytes);
  if (found?.arch !== arch) return `it is for ${found?.arch ?? 'another system'}`;
  const problem = signatureProblem(bytes);
  return problem === undefined ? undefined : `its signature is wrong, ${problem}`;
}

function linuxProblem(bytes: Buffer, { arch, libc }: Target): string | undefined {
  const found = readElf(bytes);
  if (found?.arch !== arch) return `it is for ${found?.arch ?? 'another system'}`;
  const loader = libc === 'musl' ? 'ld-musl' : 'ld-linux';
  return found.interpreter.includes(loader) ? undefined : `it asks for ${found.interpreter}`;
}
