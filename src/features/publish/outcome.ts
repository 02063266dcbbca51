import { syncCollection } from '../../core/discovery/sync-record.ts';

interface At {
  readonly did: string;
  /** The origin of the owner's PDS. */
  readonly pds: string;
}

/** What `publish` did; with --json it is printed as it is. */
export type Outcome =
  | (At & { readonly kind: 'shown'; readonly isPublished: boolean; readonly host: string | null })
  | (At & { readonly kind: 'dry-run'; readonly host: string; readonly publishedHost: string | null })
  | (At & { readonly kind: 'published'; readonly host: string; readonly cid: string })
  | (At & { readonly kind: 'removed'; readonly wasPublished: boolean });

/** The outcome for a person. */
export function describe(outcome: Outcome): string {
  const uri = `at://${outcome.did}/${syncCollection}/${outcome.did}`;
  switch (outcome.kind) {
    case 'shown':
      return outcome.isPublished
        ? `${outcome.host ?? '(a record that names no usable host)'}\n  ${uri} on ${outcome.pds}`
        : `Nothing is published at ${uri} on ${outcome.pds}.`;
    case 'dry-run':
      return [
        `Would write { host: "${outcome.host}" }`,
        `  to ${uri} on ${outcome.pds}`,
        `  where there is ${outcome.publishedHost === null ? 'nothing' : `{ host: "${outcome.publishedHost}" }`} now.`,
      ].join('\n');
    case 'published':
      return `Published ${outcome.host}\n  ${uri} on ${outcome.pds}`;
    case 'removed':
      return outcome.wasPublished
        ? `Removed ${uri} from ${outcome.pds}.`
        : `Nothing was published at ${uri}.`;
  }
}
