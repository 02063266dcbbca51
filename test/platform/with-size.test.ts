import { expect, test } from 'bun:test';
import { withSize } from '../../src/platform/with-size.ts';

class Output {
  #written = '';
  columns = 0;
  rows = 0;

  write(text: string): string {
    this.#written += text;
    return this.#written;
  }
}

test('a terminal of no size is taken for a usual one, until it knows better', () => {
  const output = new Output();
  const sized = withSize(output);
  expect([sized.columns, sized.rows]).toEqual([80, 24]);
  [output.columns, output.rows] = [40, 12];
  expect([sized.columns, sized.rows]).toEqual([40, 12]);
});

test('all else is the terminal itself', () => {
  const output = new Output();
  withSize(output).write('one ');
  expect(output.write('two')).toBe('one two');
});
