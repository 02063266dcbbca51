import { Failure } from '../../../core/failure.ts';
import { guessTitle } from '../../../core/content/title.ts';
import type { Target } from '../../../core/store/target.ts';
import { painter } from '../../../platform/colour.ts';
import { escapeUnprintable, printableJson } from '../../../platform/escape.ts';
import { count } from '../../../platform/format.ts';
import { describeFound } from './describe.ts';
import { documentsUnder, type InspectedDocument } from '../documents.ts';
import { lineWidth, type Inspection } from '../inspection.ts';
import { Search, type Hit } from './search.ts';
import { snippetOf } from './snippet.ts';

const contextGraphemes = 40;

export interface Finding {
  readonly target: Target;
  readonly text: string;
  readonly form: 'lines' | 'json';
}

/** The documents under the target that hold the text, each as it is found; `NotFound` where none does. */
export async function showFound(inspection: Inspection, { target, text, form }: Finding): Promise<void> {
  const { terminal } = inspection;
  const paint = painter(terminal);
  const search = new Search(text);
  const found = { documents: 0, hits: 0 };
  let namespace: string | undefined;
  for await (const document of documentsUnder(inspection, target)) {
    if (document.reading.kind === 'damaged') continue;
    const hits = search.find(document.reading.content.content);
    if (hits.length === 0) continue;
    found.documents += 1;
    found.hits += hits.length;
    if (form === 'json') {
      await terminal.result(printableJson(foundJson(document, hits)));
      continue;
    }
    const heading = document.namespace === namespace ? [] : [paint('title', document.namespace), ''];
    namespace = document.namespace;
    const lines = describeFound(document, hits, { width: lineWidth(terminal), paint });
    await terminal.result([...heading, ...lines, ''].join('\n'));
  }
  if (form === 'lines' && found.documents > 0) {
    await terminal.result(`${count(found.hits, 'hit')} in ${count(found.documents, 'document')}`);
  }
  // Damage comes first: the text may be where nobody could read.
  inspection.damage.throwIfAny();
  if (found.documents === 0) throw new Failure('NotFound', `No document here holds "${shown(search.text)}".`);
}

function foundJson({ namespace, facts, url, reading }: InspectedDocument, hits: readonly Hit[]): object {
  const content = reading.kind === 'content' ? reading.content : undefined;
  return {
    namespace,
    id: facts.id,
    url,
    type: content?.type ?? null,
    title: (content && guessTitle(content.content)) ?? null,
    hits: hits.map((hit) => {
      const { before, match, after } = snippetOf(hit, contextGraphemes);
      return { path: hit.path, in: hit.in, matches: hit.matches, snippet: before + match + after };
    }),
  };
}

function shown(text: string): string {
  return escapeUnprintable(text.slice(0, 100));
}
