import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

const root = join(import.meta.dir, '../..');

/** An import, export-from, `import()` or `import('…').Type` of a source file. */
export interface Reference {
  readonly specifier: string;
  /** The path from the root of the checkout, or undefined for a package. */
  readonly path: string | undefined;
  readonly isTypeOnly: boolean;
}

/** What the house rules ask of one source file. */
export interface Source {
  /** From the root of the checkout: `src/core/failure.ts`. */
  readonly path: string;
  readonly text: string;
  readonly lineCount: number;
  readonly references: readonly Reference[];
  /** Calls by their text: `Date.now`, `fetch()`, `new WebSocket`, `new Date()` without arguments; and the properties that are read or set. */
  readonly uses: ReadonlySet<string>;
  /** Kinds of syntax that occur: `TSAnyKeyword`, `TSNonNullExpression`, `ExportDefaultDeclaration`. */
  readonly syntax: ReadonlySet<string>;
  /** The values of its string literals. */
  readonly strings: ReadonlySet<string>;
  /** Every statement only passes on what another file exports. */
  readonly isBarrel: boolean;
}

/** Every source file below `folder`, parsed. */
export function readSources(folder: string): readonly Source[] {
  const paths = [...new Bun.Glob(`${folder}/**/*.ts`).scanSync({ cwd: root })].toSorted();
  return paths
    .filter((path) => !path.endsWith('.d.ts'))
    .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
}

export function readSource(path: string, text: string): Source {
  const { program, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const references: Reference[] = [];
  const refer = (specifier: string, isTypeOnly: boolean): void => {
    const isOurs = specifier.startsWith('.');
    references.push({
      specifier,
      path: isOurs ? relative('.', join(dirname(path), specifier)) : undefined,
      isTypeOnly,
    });
  };
  for (const { moduleRequest, entries } of module.staticImports) {
    refer(moduleRequest.value, entries.length > 0 && entries.every((entry) => entry.isType));
  }
  for (const { entries } of module.staticExports) {
    const from = entries.find((entry) => entry.moduleRequest !== null)?.moduleRequest;
    if (from)
      refer(
        from.value,
        entries.every((entry) => entry.isType),
      );
  }
  const uses = new Set<string>();
  const syntax = new Set<string>();
  const strings = new Set<string>();
  new Visitor({
    ImportExpression: ({ source }) => {
      if (source.type === 'Literal' && typeof source.value === 'string') refer(source.value, false);
      else syntax.add('ComputedImport');
    },
    TSImportType: ({ source }) => refer(source.value, true),
    TSAnyKeyword: ({ type }) => void syntax.add(type),
    TSNonNullExpression: ({ type }) => void syntax.add(type),
    TSEnumDeclaration: ({ type }) => void syntax.add(type),
    ExportDefaultDeclaration: ({ type }) => void syntax.add(type),
    MemberExpression: ({ start, end }) => void uses.add(text.slice(start, end)),
    CallExpression: ({ callee }) => {
      if (callee.type === 'Identifier') uses.add(`${callee.name}()`);
    },
    NewExpression: ({ callee, arguments: given }) => {
      if (callee.type !== 'Identifier') return;
      uses.add(`new ${callee.name}`);
      if (given.length === 0) uses.add(`new ${callee.name}()`);
    },
    Literal: ({ value }) => {
      if (typeof value === 'string') strings.add(value);
    },
  }).visit(program);
  return {
    path,
    text,
    lineCount: text.trimEnd().split('\n').length,
    references,
    uses,
    syntax,
    strings,
    isBarrel: program.body.length > 0 && program.body.every((statement) => passesOn(statement)),
  };
}

function passesOn(statement: { readonly type: string; readonly source?: unknown }): boolean {
  if (statement.type === 'ExportAllDeclaration') return true;
  return statement.type === 'ExportNamedDeclaration' && Boolean(statement.source);
}
