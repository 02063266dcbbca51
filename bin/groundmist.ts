#!/usr/bin/env bun
import { main } from '../src/main.ts';
import { listenForEnd } from '../src/platform/end-signals.ts';
import { endOnFault } from '../src/platform/fault.ts';
import { compileLightly } from '../src/platform/light-compilation.ts';
import { hideEnvironment } from '../src/platform/redact.ts';

const exit = (code: number): void => process.exit(code);
endOnFault(exit);
hideEnvironment(process.env);
const argv = process.argv.slice(2);
// Before there is anything to lose: this does not return where it takes effect.
if (argv.includes('serve')) compileLightly(argv);

const exitCode = await main(argv, listenForEnd(exit));
// What is done is done: a timer that a library forgot must not keep us. What was said is written first.
await Promise.all([process.stdout, process.stderr].map(flushed));
process.exit(exitCode);

/** Resolves once the stream has passed everything on, or cannot. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => void stream.write('', () => resolve()));
}
