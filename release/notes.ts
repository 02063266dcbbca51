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
