/** The mounts that an absolute path may lie on, as systemd calls them (`man 1 systemd-escape`, `--path`). */
export function mountUnits(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_, index) => `${escapePath(parts.slice(0, index + 1))}.mount`);
}

function escapePath(parts: readonly string[]): string {
  const escaped = parts.map((part) => part.replaceAll(/[^A-Za-z0-9:_.]/gu, escapeBytes)).join('-');
  return escaped.replace(/^\./, String.raw`\x2e`);
}

function escapeBytes(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
