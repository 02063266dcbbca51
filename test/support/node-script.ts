import { z } from 'zod';
import { readLines } from './child-lines.ts';

const reply = z.union([
  z.object({ id: z.number(), answer: z.unknown() }),
  z.object({ id: z.number(), error: z.string() }),
]);

/** A script of test/pds under its own Node, which answers questions (test/pds/conversation.mjs); ends when closed. */
export class NodeScript implements AsyncDisposable {
  readonly #process: Bun.Subprocess<'pipe', 'pipe', 'pipe'>;
  readonly #complaint: Promise<string>;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;

  /** `installed` is the folder that install.sh printed. */
  constructor(installed: string, script: string) {
    const path = `${import.meta.dir}/../pds/${script}`;
    const pipes = { stdin: 'pipe', stdout: 'pipe', stderr: 'pipe' } as const;
    this.#process = Bun.spawn([`${installed}/node`, path, installed], pipes);
    this.#complaint = this.#process.stderr.text();
    void this.#listen().catch((error: unknown) => this.#end(String(error)));
  }

  /** What the script's function of that name gives for `parameters`; rejects with what it throws. */
  ask(name: string, parameters: unknown = {}): Promise<unknown> {
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    void this.#process.stdin.write(`${JSON.stringify({ id, name, parameters })}\n`);
    void this.#process.stdin.flush();
    return answer.promise;
  }

  async close(): Promise<void> {
    await this.#process.stdin.end();
    await this.#process.exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #listen(): Promise<void> {
    for await (const line of readLines(this.#process.stdout)) {
      const told = reply.parse(JSON.parse(line));
      const answer = this.#waiting.get(told.id);
      this.#waiting.delete(told.id);
      if ('error' in told) answer?.reject(new Error(told.error));
      else answer?.resolve(told.answer);
    }
    this.#end(`The script ended: ${await this.#complaint}`);
  }

  /** Nobody will answer any more. */
  #end(why: string): void {
    for (const answer of this.#waiting.values()) answer.reject(new Error(why));
    this.#waiting.clear();
  }
}
