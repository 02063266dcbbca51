import { cutToWidth } from './columns.ts';
import { escapeUnprintable } from './escape.ts';

const frames = ['|', '/', '-', '\\'];
const frameMs = 120;
const clearLine = '\r\u001B[2K';

/** A line on the person's terminal that shows that something is under way; gone when it is disposed. */
export function startSpinner(label: string, output: NodeJS.WriteStream = process.stderr): Disposable {
  const text = cutToWidth(escapeUnprintable(label), Math.max(1, (output.columns || 80) - 4));
  let frame = 0;
  const draw = (): void => {
    output.write(`${clearLine}${frames[frame % frames.length]}  ${text}`);
    frame++;
  };
  draw();
  const timer = setInterval(draw, frameMs);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      output.write(clearLine);
    },
  };
}
