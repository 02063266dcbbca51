import { version as written } from '../../package.json' with { type: 'json' };

/** What release/compile.ts writes into the binary; from source there is no such thing. */
declare const GROUNDMIST_EDITION: { readonly version: string; readonly commit?: string };

const edition =
  typeof GROUNDMIST_EDITION === 'undefined' ? { version: written, commit: undefined } : GROUNDMIST_EDITION;

/** Of this groundmist: `0.1.0`. */
export const version: string = edition.version;

/** Version, commit and what it runs on: what a report of a problem should say. */
export function describeBuild(): string {
  const { commit = 'not known' } = edition;
  const runtime = `Bun ${Bun.version}, ${process.platform} ${process.arch}`;
  return [`groundmist ${version}`, `commit ${commit}`, runtime].join('\n');
}
