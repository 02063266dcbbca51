import { addressOf } from './repository.ts';

/**
 * The section of the changelog with this heading, without the heading: `## 0.1.0 (2026-12-01)`, or `## Unreleased`.
 * Undefined where there is none, or nothing in it.
 */
export function sectionOf(changelog: string, name: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const found = sections.find(
    (section) => section.startsWith(name) && /^[\s(]/.test(section.slice(name.length)),
  );
  const text = found?.split('\n').slice(1).join('\n').trim();
  return text === '' ? undefined : text;
}

/** A commit or tag of the repository. */
export interface Revision {
  readonly repository: string | undefined;
  readonly name: string;
}

/**
 * Notes that are read away from their checkout: links into it lead to that revision, or, where no repository is known, are
 * their text alone.
 */
export function withLinksTo(notes: string, { repository, name }: Revision): string {
  return notes.replaceAll(codeOrLink, (whole: string, text?: string, target?: string) => {
    if (text === undefined || target === undefined || /^[a-z]+:/.test(target)) return whole;
    if (repository === undefined) return text;
    const path = target.startsWith('#') ? `CHANGELOG.md${target}` : target;
    return `[${text}](${addressOf(repository)}/blob/${name}/${path})`;
  });
}

const codeOrLink = /^```.*?^```|`[^`\n]*`(?!\])|\[((?:`[^`\n]*`|[^\][`])*)\]\(([^)\s]+)\)/gms;
