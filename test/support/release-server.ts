import { createHash } from 'node:crypto';
import type { Identity } from './made-certificates.ts';

type Answer = (request: Request) => Response | Promise<Response>;

/** A place that releases are fetched from, over HTTP on loopback. */
export interface ReleaseServer extends Disposable {
  readonly url: string;
  /** The paths that were asked for, in order. */
  readonly asked: readonly string[];
  /** Puts a version there, for this kind of machine, and calls it the newest. */
  publish(version: string, program: string | Bun.BunFile): Promise<void>;
  /** What is answered at a path, in place of what is published there. */
  answer(path: string, answer: Answer): void;
}

/** The build that this machine takes. Tests run where the usual ones do. */
export const ownBuild = `${process.platform}-${process.arch}`;

export function fileName(version: string, build = ownBuild): string {
  return `groundmist-${version}-${build}`;
}

/** Does as much as an installer asks of groundmist; `more` are further cases, as lines of shell. */
export function smallProgram(version: string, more = ''): string {
  return `#!/bin/sh
case "$*" in
  --version) echo 'groundmist ${version}' ;;
  manual) echo 'the man page of ${version}' ;;
  'completion '*) echo "completion of ${version} for $2" ;;
${more}
esac
`;
}

export function sumOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

export function startReleaseServer({ tls }: { readonly tls?: Identity } = {}): ReleaseServer {
  const asked: string[] = [];
  const answers = new Map<string, Answer>();
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    ...(tls === undefined ? {} : { tls }),
    fetch(request) {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      return answers.get(pathname)?.(request) ?? new Response('<h1>Not found</h1>\n', { status: 404 });
    },
  });
  const answer = (path: string, made: Answer) => void answers.set(path, made);
  return {
    url: tls === undefined ? `http://127.0.0.1:${server.port}` : `https://localhost:${server.port}`,
    asked,
    answer,
    async publish(version, program) {
      const content = typeof program === 'string' ? program : await program.bytes();
      const name = fileName(version);
      answer('/latest', () => new Response(`${version}\n`));
      answer(`/${version}/${name}`, () => new Response(content));
      answer(`/${version}/SHA256SUMS`, () => new Response(`${sumOf(content)}  ${name}\n`));
    },
    [Symbol.dispose]: () => void server.stop(true),
  };
}
