import { Console } from 'node:console';
import { Writable } from 'node:stream';

/**
 * Hands to `take` what libraries and the runtime would print past us: warnings of the process, and whatever goes to the
 * console. Only a crash of the runtime itself still writes by itself.
 */
export function takeStrayOutput(take: (said: string) => void): Disposable {
  const printers = process.listeners('warning');
  const warn = ({ name, message }: Error): void => take(`${name}: ${message}`);
  // The runtime prints them in a listener of its own.
  process.removeAllListeners('warning');
  process.on('warning', warn);
  const printing = globalThis.console;
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      take(String(chunk).trimEnd());
      done();
    },
  });
  globalThis.console = Object.assign(new Console({ stdout: stream, stderr: stream, colorMode: false }), {
    write: (...parts: readonly unknown[]): number => {
      take(parts.join('').trimEnd());
      return 0;
    },
  });
  return {
    [Symbol.dispose]() {
      globalThis.console = printing;
      process.off('warning', warn);
      for (const printer of printers) process.on('warning', printer);
    },
  };
}
