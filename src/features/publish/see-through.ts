import type { CommandContext } from '../../feature.ts';
import { lastWords } from '../../platform/last-words.ts';
import { hadNoEffect } from './pds-failure.ts';
import { tellServer } from './tell-server.ts';

/** Sends the request that changes the record. */
export type Send = <Answer>(request: () => Promise<Answer>) => Promise<Answer>;

/**
 * Does `act`, which sends a change to the PDS and looks what came of it. Whatever ends it once the change has left, and was
 * not refused: the person learns that it may have been made (`done` says what), and the server looks.
 */
export async function seeThrough<Result>(
  context: Pick<CommandContext, 'configuration' | 'options' | 'signal' | 'terminal'>,
  done: string,
  act: (send: Send) => Promise<Result>,
): Promise<Result> {
  const sentence = `The record may have been ${done}: look with \`groundmist publish --show\`.`;
  using words = new DisposableStack();
  let isOpen = false;
  const send: Send = async (request) => {
    isOpen = true;
    words.use(lastWords(sentence));
    return await request().catch((error: unknown) => {
      isOpen = !hadNoEffect(error);
      throw error;
    });
  };
  try {
    return await act(send);
  } catch (error) {
    if (isOpen) {
      context.terminal.problem(sentence);
      await tellServer(context);
    }
    throw error;
  }
}
