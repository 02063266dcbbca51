/* Run by tests in place of the child process of a fence: does what it is told, however bad. */
import { existsSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { encodeFrame, FrameReader } from '../../src/core/fence/frame.ts';
import { sessionOf } from './process-session.ts';
import { answers } from '../../src/core/fence/request.ts';

const [stdin, stdout] = [0, 1];
const grownBytes = 400 * 2 ** 20;

function say(number: number, kind: (typeof answers)[number], parts: readonly Uint8Array[]): void {
  writeSync(stdout, encodeFrame({ number, kind: answers.indexOf(kind), parts }));
}

function loop(): never {
  for (;;);
}

function obey(text: string, number: number): void {
  const [what = '', path = '', later = ''] = text.split(' ');
  const pid = new Uint8Array(Uint32Array.of(process.pid).buffer);
  if (what === 'die' || (what === 'die-once' && !existsSync(path))) {
    if (path) writeFileSync(path, '');
    process.exit(1);
  }
  if (what === 'loop' || later === 'loop') loop();
  if (what === 'loop-once' && !existsSync(path)) {
    writeFileSync(path, '');
    loop();
  }
  if (what === 'grow') {
    const grown = new Uint8Array(grownBytes).fill(1);
    if (grown[0] === 1) loop();
  }
  if (what === 'shout') writeSync(stdout, 'a log line that is no frame\n');
  if (what === 'stutter') {
    const frame = encodeFrame({ number, kind: answers.indexOf('done'), parts: [new Uint8Array(), pid] });
    for (const byte of frame) writeSync(stdout, Uint8Array.of(byte));
    return;
  }
  if (what === 'cut') {
    writeSync(stdout, encodeFrame({ number, kind: 1, parts: [pid] }).subarray(0, 7));
    process.exit(0);
  }
  if (what === 'tell') {
    const told = JSON.stringify({ cwd: process.cwd(), env: process.env, session: sessionOf(process.pid) });
    return say(number, 'done', [new Uint8Array(), new TextEncoder().encode(told)]);
  }
  say(what === 'misnumber' ? number + 7 : number, 'done', [new Uint8Array(), pid]);
}

if (process.argv[2] === 'never-ready') process.exit(1);
if (process.argv[2] === 'hang') loop();
say(0, 'ready', []);
const reader = new FrameReader();
const buffer = new Uint8Array(2 ** 16);
for (;;) {
  const length = readSync(stdin, buffer);
  if (length === 0) break;
  for (const { number, parts } of reader.push(buffer.subarray(0, length))) {
    obey(new TextDecoder().decode(parts[0]), number);
  }
}
