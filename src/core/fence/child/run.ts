import { readSync } from 'node:fs';
import { hasAutomergeStopped } from '../../automerge.ts';
import { systemClock } from '../../../platform/clock.ts';
import { yieldToOthers } from '../../../platform/yielding.ts';
import { encodeFrame, FrameReader, type Frame } from '../frame.ts';
import { answers, operations, type Answer } from '../request.ts';
import { AnswerWriter } from './answer-writer.ts';
import { DocumentOpener } from './opened-document.ts';
import { check, compact, extract, open } from './operations.ts';

const [stdin, stdout] = [0, 1];
const readBytes = 2 ** 18;
const work = { open, extract, compact, check };

/**
 * Answers requests from stdin on stdout until stdin ends: the process inside the fence. It reads and works by turns and
 * hears nothing else, so that no signal of a terminal or a service manager ends it under the server.
 */
export async function runAutomergeChild(): Promise<void> {
  yieldToOthers();
  const opener = await DocumentOpener.create();
  const reader = new FrameReader();
  const buffer = new Uint8Array(readBytes);
  const writer = new AnswerWriter(stdout, systemClock);
  writer.write(frameOf(0, 'ready', []));
  writer.flush();
  for (;;) {
    const length = readSync(stdin, buffer);
    if (length === 0) return;
    for (const frame of reader.push(buffer.subarray(0, length))) writer.write(answer(opener, frame));
    writer.flush();
  }
}

function answer(opener: DocumentOpener, { number, kind, parts }: Frame): Uint8Array {
  const operation = operations[kind];
  if (operation === undefined) return frameOf(number, 'refused', [encoded('nobody knows how to do this')]);
  try {
    return frameOf(number, 'done', work[operation](opener, parts));
  } catch (error) {
    // From here on it would refuse every document. Whoever started this process starts another.
    if (hasAutomergeStopped()) throw error;
    return frameOf(number, 'refused', [encoded(error instanceof Error ? error.message : String(error))]);
  }
}

function frameOf(number: number, answered: Answer, parts: readonly Uint8Array[]): Uint8Array {
  return encodeFrame({ number, kind: answers.indexOf(answered), parts });
}

function encoded(reason: string): Uint8Array {
  return new TextEncoder().encode(reason);
}
