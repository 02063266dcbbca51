import { z } from 'zod';
import { eventually } from '../support/eventually.ts';
import type { DevTools } from './dev-tools.ts';
import { readTraffic, type Traffic } from './traffic.ts';

const evaluated = z.object({
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z.object({ exception: z.object({ description: z.string().optional() }) }).optional(),
});

/** One tab: what a person does in it, and what went over the network. */
export class BrowserTab {
  /** Requests, answers and sockets so far, in their order. */
  readonly traffic: Traffic[] = [];
  /** What no script of its pages caught. */
  readonly uncaught: unknown[] = [];
  readonly #devTools: DevTools;
  readonly #sessionId: string;
  readonly #targetId: string;

  private constructor(devTools: DevTools, sessionId: string, targetId: string) {
    this.#devTools = devTools;
    this.#sessionId = sessionId;
    this.#targetId = targetId;
    devTools.listen(sessionId, (method, parameters) => {
      if (method === 'Runtime.exceptionThrown') this.uncaught.push(parameters);
      else this.traffic.push(...readTraffic(method, parameters));
    });
  }

  static async open(devTools: DevTools, browserContextId: string): Promise<BrowserTab> {
    const created = await devTools.send('Target.createTarget', { url: 'about:blank', browserContextId });
    const { targetId } = z.object({ targetId: z.string() }).parse(created);
    const attached = await devTools.send('Target.attachToTarget', { targetId, flatten: true });
    const { sessionId } = z.object({ sessionId: z.string() }).parse(attached);
    const tab = new BrowserTab(devTools, sessionId, targetId);
    for (const domain of ['Page', 'Runtime', 'Network']) await tab.#send(`${domain}.enable`);
    return tab;
  }

  async goTo(url: string): Promise<void> {
    await this.#send('Page.navigate', { url });
  }

  async reload(): Promise<void> {
    await this.#send('Page.reload');
  }

  async close(): Promise<void> {
    await this.#devTools.send('Target.closeTarget', { targetId: this.#targetId });
  }

  /** What the expression gives in the page, awaited there; rejects with what it throws. */
  async evaluate(expression: string): Promise<unknown> {
    const parameters = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = evaluated.parse(await this.#send('Runtime.evaluate', parameters));
    if (exceptionDetails === undefined) return result.value;
    throw new Error(exceptionDetails.exception.description ?? 'the page threw something');
  }

  /** Waits until the expression is true; a page that is being replaced meanwhile counts as not yet. */
  async until(expression: string): Promise<void> {
    await eventually(`${expression} in the page`, () =>
      this.evaluate(`Boolean(${expression})`).then(
        (answer) => answer === true,
        () => false,
      ),
    );
  }

  /** Types into a field as a keyboard does, once it is there. */
  async type(selector: string, text: string): Promise<void> {
    const field = `document.querySelector(${JSON.stringify(selector)})`;
    await this.until(field);
    await this.evaluate(`${field}.focus()`);
    await this.#send('Input.insertText', { text });
  }

  /** Clicks the button whose words match, once it is there. */
  async press(words: RegExp): Promise<void> {
    const button = `[...document.querySelectorAll('button')].find((one) => ${String(words)}.test(one.innerText))`;
    await this.until(button);
    await this.evaluate(`${button}.click()`);
  }

  #send(method: string, parameters?: unknown): Promise<unknown> {
    return this.#devTools.send(method, parameters, this.#sessionId);
  }
}
