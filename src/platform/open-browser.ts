interface Desktop {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The words of the command that opens `url` before the person who sits here; undefined where their browser is on another machine, or nowhere. */
export function browserCommand(url: URL, { platform, environment }: Desktop): readonly string[] | undefined {
  if (environment['SSH_CONNECTION'] || environment['SSH_TTY']) return undefined;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  if (platform === 'darwin') return ['open', url.href];
  if (platform !== 'linux') return undefined;
  return environment['DISPLAY'] || environment['WAYLAND_DISPLAY'] ? ['xdg-open', url.href] : undefined;
}

/** Opens `url` in the person's browser where that is easy. Whether it worked is not known: they are shown the address too. */
export function openInBrowser(url: URL, environment: Desktop['environment']): void {
  const command = browserCommand(url, { platform: process.platform, environment });
  if (command === undefined) return;
  try {
    // No shell: the address comes from a remote server.
    Bun.spawn([...command], { env: environment, stdio: ['ignore', 'ignore', 'ignore'] }).unref();
  } catch {
    // There is no such program here.
  }
}
