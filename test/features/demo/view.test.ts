import { expect, test } from 'bun:test';
import type { Pane } from '../../../src/features/demo/columns.ts';
import { Narrator } from '../../../src/features/demo/narrator.ts';
import { showWhile, type Shown } from '../../../src/features/demo/view.ts';
import { OutputClosed } from '../../../src/platform/terminal.ts';
import { recordingTerminal, type RecordingTerminal } from '../../support/terminal.ts';
import { rejectionOf } from '../../support/rejection.ts';

class Device implements Shown {
  readonly name: string;
  text = '- ';
  readonly looks = new Set<() => void>();
  constructor(name: string) {
    this.name = name;
  }
  get pane(): Pane {
    return { name: this.name, tone: 'number', state: 'online', lines: ['To read', this.text], news: '' };
  }
  watch(look: () => void): () => void {
    this.looks.add(look);
    return () => void this.looks.delete(look);
  }
  write(text: string): void {
    this.text = text;
    for (const look of this.looks) look();
  }
}

function stageOn(terminal: RecordingTerminal) {
  return { narrator: new Narrator(terminal), options: { terminal } };
}

test('where there is no screen, what is done is told and what it came to is said once for both', async () => {
  const terminal = recordingTerminal();
  const [laptop, phone] = [new Device('laptop'), new Device('phone')];
  await showWhile(stageOn(terminal), [laptop, phone], async (view) => {
    await view.tell('laptop', 'types “Kindred”');
    laptop.write('- Kindred');
    phone.write('- Kindred');
  });
  expect(terminal.output()).toBe('  laptop  types “Kindred”\n  both    To read\n          - Kindred\n');
});

test('devices that differ are said one after the other', async () => {
  const terminal = recordingTerminal();
  const [laptop, phone] = [new Device('laptop'), new Device('phone')];
  laptop.text = '- Kindred';
  await showWhile(stageOn(terminal), [laptop, phone], async () => {});
  expect(terminal.output()).toBe('  laptop  To read\n          - Kindred\n  phone   To read\n          - \n');
});

test('on a screen with room both are drawn over what stood there, whenever one has changed', async () => {
  const terminal = recordingTerminal({ isScreen: true });
  const [laptop, phone] = [new Device('laptop'), new Device('phone')];
  await showWhile(stageOn(terminal), [laptop, phone], async () => laptop.write('- Kindred'));
  const frames = terminal.output().split('\u001B[5A');
  expect(frames).toHaveLength(3);
  expect(frames[0]).not.toContain('Kindred');
  expect(frames[1]).toContain('- Kindred');
  expect(laptop.looks.size).toBe(0);
});

/** A screen whose size a test changes while something is drawn on it. */
function resizable(width: number) {
  const recording = recordingTerminal({ isScreen: true });
  const size = { width };
  const terminal: RecordingTerminal = Object.defineProperty({ ...recording }, 'width', {
    get: () => size.width,
  });
  return { terminal, size };
}

test('a screen that became narrower broke each line in two: all of them are drawn over', async () => {
  const { terminal, size } = resizable(100);
  const [laptop, phone] = [new Device('laptop'), new Device('phone')];
  await showWhile(stageOn(terminal), [laptop, phone], async () => {
    size.width = 75;
    laptop.write('- Kindred');
  });
  const frames = terminal.output().split('\u001B[10A\u001B[J');
  expect(frames).toHaveLength(2);
  const [, redrawn = ''] = frames;
  expect(redrawn.split('\u001B[5A')).toHaveLength(2);
  const widths = Bun.stripANSI(redrawn)
    .split('\n')
    .map((line) => Bun.stringWidth(line));
  expect(Math.max(...widths)).toBeLessThan(75);
});

test('a screen that became wider gets wider panes over the ones before', async () => {
  const { terminal, size } = resizable(74);
  const [laptop, phone] = [new Device('laptop'), new Device('phone')];
  await showWhile(stageOn(terminal), [laptop, phone], async () => {
    size.width = 100;
    laptop.write('- Kindred');
  });
  expect(terminal.output().split('\u001B[5A')).toHaveLength(3);
});

test('a screen that became too narrow gets lines, and no scrap of a pane stays', async () => {
  const { terminal, size } = resizable(100);
  const [laptop, phone] = [new Device('laptop'), new Device('phone')];
  await showWhile(stageOn(terminal), [laptop, phone], async () => {
    size.width = 50;
    laptop.write('- Kindred');
    phone.write('- Kindred');
  });
  const [, after = ''] = terminal.output().split('\u001B[10A\u001B[J');
  expect(after).toBe('\n  both    To read\n          - Kindred\n');
});

test.each([{ width: 40 }, { height: 8 }])(
  'a screen too narrow or too low for two gets lines: %p',
  async (size) => {
    const terminal = recordingTerminal({ isScreen: true, ...size });
    await showWhile(stageOn(terminal), [new Device('laptop'), new Device('phone')], async () => {});
    expect(terminal.output()).not.toContain('╭');
  },
);

test('where nobody reads what is drawn, the work is not waited for', async () => {
  const terminal = recordingTerminal({ isScreen: true });
  const [laptop, phone] = [new Device('laptop'), new Device('phone')];
  let drawnCount = 0;
  const closing = {
    ...terminal,
    result: async () => {
      drawnCount += 1;
      if (drawnCount > 1) throw new OutputClosed();
    },
  };
  const showing = showWhile(stageOn(closing), [laptop, phone], async () => {
    laptop.write('- K');
    await new Promise(() => {});
  });
  expect(await rejectionOf(showing)).toBeInstanceOf(OutputClosed);
});

test.each([73, 74, 75, 80, 81])('on a screen of %i columns no line is broken', async (width) => {
  const terminal = recordingTerminal({ isScreen: true, width });
  await showWhile(stageOn(terminal), [new Device('laptop'), new Device('phone')], async () => {});
  const widths = Bun.stripANSI(terminal.output())
    .split('\n')
    .map((line) => Bun.stringWidth(line));
  expect(Math.max(...widths)).toBeLessThan(width);
  expect(terminal.output()).toContain('╭');
});
