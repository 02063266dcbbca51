// Questions and answers with the parent process, one line of JSON each: { id, name, parameters } comes in,
// { id, answer } or { id, error } goes out. Ends with the parent: when standard input closes.
import { createInterface } from 'node:readline';

/**
 * @param {Record<string, (parameters: any) => unknown>} functions what may be asked, by name
 * @param {() => unknown} onEnd
 */
export function converse(functions, onEnd = () => {}) {
  const end = async () => {
    await onEnd();
    process.exit(0);
  };
  process.once('SIGTERM', end);
  createInterface({ input: process.stdin })
    .on('line', (line) => answerLine(functions, JSON.parse(line)))
    .once('close', end);
}

async function answerLine(functions, { id, name, parameters }) {
  const reply = await Promise.resolve()
    .then(() => functions[name](parameters))
    .then(
      (answer) => ({ id, answer: answer ?? null }),
      (error) => ({ id, error: String(error?.stack ?? error) }),
    );
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
