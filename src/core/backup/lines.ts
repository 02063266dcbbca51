import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** The lines of a text file, one at a time. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const input = createReadStream(path);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    yield* lines;
  } finally {
    lines.close();
    input.destroy();
  }
}
