/** What the file of a systemd unit says (`man 5 systemd.service`), as far as it is asked here. */
export interface UnitText {
  /** Whom it runs the program as; undefined where it does not say. */
  readonly user: string | undefined;
  /** The program that it starts. */
  readonly program: string | undefined;
  /** The words that it starts, the program first. */
  readonly words: readonly string[];
  /** All that its lines name, words and whole values. */
  readonly names: ReadonlySet<string>;
}

export function readUnit(text: string): UnitText {
  const entries = readEntries(text);
  const last = (key: string): string | undefined => entries.findLast((entry) => entry.key === key)?.value;
  const [program, ...others] = splitWords(last('ExecStart') ?? '');
  // What stands before the path says how it is started.
  const path = program?.replace(/^[-@:+!|]+/, '');
  const named = entries.flatMap(({ value }) => [value, ...splitWords(value)]);
  return {
    user: last('User') || undefined,
    program: path || undefined,
    words: path === undefined ? [] : [path, ...others],
    names: new Set(named.flatMap((name) => [unescapeSpecifiers(name), bareName(name)])),
  };
}

interface Entry {
  readonly key: string;
  readonly value: string;
}

function readEntries(text: string): readonly Entry[] {
  const lines = text.replaceAll(/\\\n/g, ' ').split('\n');
  return lines.flatMap((line) => {
    const [, key, value] = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [{ key, value }];
  });
}

/** `-/path` may be missing, and `DATA_DIR=/path` is of `Environment=`. */
function bareName(name: string): string {
  return unescapeSpecifiers(name).replace(/^(?:-|[A-Z_]+=)(?=\/)/, '');
}

function splitWords(value: string): readonly string[] {
  const words = value.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+/g) ?? [];
  return words.map((word) =>
    unescapeSpecifiers(word.replaceAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, '$1$2'))
      .replaceAll(/\\(["\\])/g, '$1')
      .replaceAll('$$', '$'),
  );
}

function unescapeSpecifiers(text: string): string {
  return text.replaceAll('%%', '%');
}
