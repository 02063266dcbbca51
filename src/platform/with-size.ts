const usualColumns = 80;
const usualRows = 24;

/** The same terminal; one that does not know its size, as a serial line, says 0 and is taken for a usual one. */
export function withSize<Output extends { readonly columns: number; readonly rows: number }>(
  output: Output,
): Output {
  return new Proxy(output, {
    get(stream, name) {
      if (name === 'columns') return stream.columns || usualColumns;
      if (name === 'rows') return stream.rows || usualRows;
      const value: unknown = Reflect.get(stream, name);
      if (typeof value !== 'function') return value;
      const bound: unknown = value.bind(stream);
      return bound;
    },
  });
}
