import type { CommandContext } from '../../../../src/feature.ts';
import type { Finding } from '../../../../src/features/doctor/finding.ts';
import { look } from '../../../../src/features/doctor/look.ts';
import { reachChecks } from '../../../../src/features/doctor/reach/reach.ts';
import type { Surroundings } from '../../../../src/features/doctor/reach/surroundings.ts';
import { lookAtTls } from '../../../../src/platform/tls-look.ts';
import { runCommand } from '../../../support/command.ts';
import { recordAnswer, startFakePds, type Answers, type FakePds } from '../../../support/fake-pds.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { makeCertificates, type Identity } from '../../../support/made-certificates.ts';
import { Served } from '../../../support/served.ts';
import { TestClock } from '../../../support/clock.ts';
import { TestProxy } from '../../../support/test-proxy.ts';

export const certificates = makeCertificates('sync.example.com');

export interface ReachOptions {
  readonly identity?: Identity;
  /** Of the PDS, beside or instead of what an honest one would say. */
  readonly answers?: Answers;
  /** Settings of the server and the command. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly isServed?: boolean;
  /** Of the public name, where another proxy than the test's stands there. */
  readonly port?: number;
}

/** A server known as sync.example.com behind a proxy with TLS, its owner and their PDS; all that `doctor` asks over the network. */
export class ReachWorld implements AsyncDisposable {
  readonly pds: FakePds;
  readonly proxy: TestProxy;
  readonly host: string;
  readonly clock: TestClock;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #opened: AsyncDisposableStack;

  private constructor(
    parts: Pick<ReachWorld, 'pds' | 'proxy' | 'host' | 'clock'>,
    environment: Readonly<Record<string, string>>,
    opened: AsyncDisposableStack,
  ) {
    this.pds = parts.pds;
    this.proxy = parts.proxy;
    this.host = parts.host;
    this.clock = parts.clock;
    this.#environment = environment;
    this.#opened = opened;
  }

  static async start(options: ReachOptions = {}): Promise<ReachWorld> {
    const { identity = certificates.good, answers = {}, isServed = true } = options;
    await using opened = new AsyncDisposableStack();
    const proxy = opened.use(await TestProxy.start(identity));
    const host = `sync.example.com:${options.port ?? proxy.port}`;
    const record = { $type: 'xyz.groundmist.sync', host };
    const pds: FakePds = opened.use(
      await startFakePds({
        'com.atproto.repo.getRecord': () => recordAnswer(pds.owner.did, record),
        ...answers,
      }),
    );
    const environment = {
      ...pds.environment(),
      GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
      GROUNDMIST_HOST: host,
      DATA_DIR: opened.use(temporaryFolder()).path,
      ...options.environment,
    };
    const served = isServed ? opened.use(await Served.start({ owner: pds.owner, environment })) : undefined;
    proxy.upstreamPort = served?.port ?? 1;
    const clock = served?.composed.clock ?? new TestClock();
    return new ReachWorld({ pds, proxy, host, clock }, environment, opened.move());
  }

  get dataDirectory(): string {
    return this.#environment['DATA_DIR'] ?? '';
  }

  /** What the checks of the network find, one after another. */
  async findings(
    changed: Partial<Surroundings> = {},
    environment: Readonly<Record<string, string | undefined>> = {},
  ): Promise<readonly Finding[]> {
    const surroundings: Surroundings = {
      clock: this.clock,
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
      resolveTxt: async () => [`did=${this.pds.owner.did}`],
      ownAddresses: () => ['192.168.1.5'],
      lookAtTls,
      findPrograms: () => [],
      certificateAuthority: certificates.root,
      timeoutMs: 5000,
      ...changed,
    };
    const found: Finding[] = [];
    const run = async (context: CommandContext): Promise<void> => {
      for (const check of reachChecks(surroundings)) found.push(...(await look(check, context)));
    };
    await runCommand(run, { environment: { ...this.#environment, ...environment } });
    return found;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync();
  }
}

/** `proxy problem`, in their order, without what is well or was not looked at. */
export function troubles(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ kind }) => kind === 'warning' || kind === 'problem')
    .map(({ check, kind }) => `${check} ${kind}`);
}

/** What was found under this name, cause and cure. */
export function said(findings: readonly Finding[], check: string): string {
  return findings
    .filter((finding) => finding.check === check)
    .map((finding) => ('cure' in finding ? `${finding.cause} ${finding.cure}` : finding.cause))
    .join('\n');
}

/** The names of what was not looked at, by the reason. */
export function unchecked(findings: readonly Finding[]): Readonly<Record<string, readonly string[]>> {
  const left = findings.filter(({ kind }) => kind === 'unchecked');
  const groups = Map.groupBy(left, ({ cause }) => cause);
  return Object.fromEntries([...groups].map(([cause, group]) => [cause, group.map(({ check }) => check)]));
}
