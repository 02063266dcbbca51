/** A repository of GitHub, as it is written there and in the environment of its workflows: `owner/name`. */
const repositoryName = /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/;

export function addressOf(repository: string): string {
  return `https://github.com/${repository}`;
}

export function refuseRepository(repository: string | undefined, tag: string | undefined): void {
  if (repository !== undefined && !repositoryName.test(repository))
    throw new Error(`${repository} is no repository. One looks like owner/groundmist.`);
  if (tag !== undefined && repository === undefined)
    throw new Error(
      'Say where the release will be, for install.sh has to know: --repository owner/groundmist.',
    );
}
