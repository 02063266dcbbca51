import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const page = join(import.meta.dir, '../../docs/operations/soak.md');
const marked = /(<!-- made by `bun run soak --update` -->\n).*?(<!-- end -->)/s;

/** Puts a report between the marks of docs/operations/soak.md. */
export function updatePage(report: string): void {
  const text = readFileSync(page, 'utf8');
  if (!marked.test(text)) throw new Error('docs/operations/soak.md has no marks for the tables');
  writeFileSync(
    page,
    text.replace(marked, (_, start: string, end: string) => `${start}\n${report}\n\n${end}`),
  );
}
