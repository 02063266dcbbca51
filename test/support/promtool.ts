/** Why tests with Prometheus' own tool are skipped; in CI they are not. */
export const noPromtool =
  Bun.which('promtool') === null && !Bun.env['CI'] ? ' (skipped: promtool is not installed)' : '';

/** Runs it, and gives all that it has to say against what it was given: nothing where all is well. */
export async function runPromtool(args: readonly string[], input = ''): Promise<string> {
  const child = Bun.spawn(['promtool', ...args], {
    stdin: new Blob([input]),
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return exitCode === 0 ? '' : `${stdout}${stderr}` || `it ended with ${exitCode}`;
}
