/** Something that a terminal showed, and when, in seconds. */
export interface Shown {
  readonly at: number;
  readonly text: string;
}

export interface Cast {
  readonly columns: number;
  readonly rows: number;
  readonly title: string;
  readonly shown: readonly Shown[];
}

/** asciicast v2: a head and a line for each event. https://docs.asciinema.org/manual/asciicast/v2/ */
export function renderCast({ columns, rows, title, shown }: Cast): string {
  const head = { version: 2, width: columns, height: rows, title, env: { TERM: 'xterm-256color' } };
  const lines = shown.map(({ at, text }) => [Number(at.toFixed(2)), 'o', text]);
  return [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
}

export function parseCast(text: string): Cast {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const { width, height, title } = JSON.parse(head) as Readonly<Record<string, unknown>>;
  const shown = lines.map((line) => {
    const [at, , output] = JSON.parse(line) as readonly [number, string, string];
    return { at, text: output };
  });
  return { columns: Number(width), rows: Number(height), title: String(title), shown };
}
