import { join } from 'node:path';
import type { PlainDocument } from './plain-store.ts';

export interface WriterProcess extends AsyncDisposable {
  /** Opens, closes or empties the log of the namespace's database. */
  tell(order: 'open' | 'close' | 'checkpoint'): Promise<void>;
  write(document: PlainDocument): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** A process that holds the lock of `dataDirectory` and writes to one of its namespaces. */
export function startWriter(dataDirectory: string, namespace: string): WriterProcess {
  const script = join(import.meta.dir, 'writer.ts');
  const child = Bun.spawn([process.execPath, '--no-env-file', script, dataDirectory, namespace], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const answers = child.stdout.getReader();
  const ask = async (line: string): Promise<void> => {
    await child.stdin.write(`${line}\n`);
    await child.stdin.flush();
    const { done } = await answers.read();
    if (done) throw new Error('the writer ended');
  };
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await child.exited;
  };
  return {
    tell: ask,
    write: (document) =>
      ask(
        JSON.stringify({
          ...document,
          hex: document.chunks.map((chunk) => Buffer.from(chunk).toString('hex')),
        }),
      ),
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
