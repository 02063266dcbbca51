import { Binary } from './binary.ts';
import { changingCalls, killAtEach, twoNamespaces } from './killed-conversion.ts';

/*
 * `bun test/e2e/convert-kill-loop.ts`: kills a conversion at every single system call that changes the disk, in both
 * directions. Some minutes; needs strace.
 */
using binary = new Binary();
for (const from of ['sqlite', 'nodefs'] as const) {
  for (const call of changingCalls) {
    const kills = await killAtEach({ binary, from, namespaces: twoNamespaces, call });
    console.log(`from ${from}: ${kills} kills at ${call}, nothing lost`);
  }
}
