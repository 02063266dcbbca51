import { unlessAborted } from '../../platform/cancelled.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Keyboard } from '../../platform/keyboard.ts';

/** Who watches the demo, and what they may decide. */
export interface Audience {
  /** Somebody is there who should be able to follow. */
  readonly isWatching: boolean;
  /** Waits until they have read enough. */
  goOn(): Promise<void>;
  /** Their answer; undefined where nobody is there to give one. */
  confirm(question: string): Promise<boolean | undefined>;
  /** A moment for the eye. */
  pause(lengthMs: number): Promise<void>;
}

/** A pipe, a test, or somebody who has said yes to everything. */
export const nobody: Audience = {
  isWatching: false,
  goOn: async () => {},
  confirm: async () => undefined,
  pause: async () => {},
};

export interface PersonOptions {
  readonly keyboard: Keyboard;
  /** Writes to their terminal as it is. */
  readonly draw: (text: string) => void;
  /** Their terminal can clear a line. */
  readonly canErase: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const clearLine = '\r\u001B[2K';

/** Somebody at a keyboard. They are waited for as long as they like. */
export function personAt({ keyboard, draw, canErase, clock, signal }: PersonOptions): Audience {
  const key = async (): Promise<string | undefined> => {
    try {
      return await unlessAborted(signal, keyboard.next());
    } finally {
      if (signal.aborted) draw('\n');
    }
  };
  return {
    isWatching: true,
    async goOn() {
      draw('\n  Press a key to go on.');
      await key();
      // The heading that follows brings a free line of its own.
      draw(canErase ? `${clearLine}\u001B[A` : '\n');
    },
    async confirm(question) {
      draw(`\n  ${question} [Y/n] `);
      for (;;) {
        const pressed = await key();
        const answer = readAnswer(pressed);
        if (answer === undefined && pressed !== undefined) continue;
        draw(answer === undefined ? '\n' : answer ? 'y\n' : 'n\n');
        return answer;
      }
    },
    pause: (lengthMs) =>
      unlessAborted(signal, new Promise((resolve) => void clock.after(lengthMs, () => resolve()))),
  };
}

function readAnswer(key: string | undefined): boolean | undefined {
  if (key === '\r' || key === '\n' || key === 'y' || key === 'Y') return true;
  return key === 'n' || key === 'N' ? false : undefined;
}
