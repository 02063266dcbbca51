import { z } from 'zod';
import { askServer } from '../../core/control.ts';
import { Failure } from '../../core/failure.ts';
import { controlSocketPath } from '../../core/store/layout.ts';
import { findLockHolder, isLocked, type LockHolder } from '../../core/store/lock.ts';
import { isRoomWarning } from '../../core/store/disk.ts';
import type { CommandContext } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

/** What is read of the answer to `/status`: of a server of another version too, so no more than is needed. */
const statusSchema = z.object({
  version: z.string(),
  pid: z.number(),
  owner: z.string(),
  url: z.string(),
  problems: z.array(z.string()),
  warnings: z.array(z.string()),
  certificate: z.object({ validTo: z.string().nullable() }).nullable().catch(null),
  backup: z.object({ lastAt: z.string().nullable(), isStale: z.boolean() }).nullable().catch(null),
});

export type ServerStatus = z.output<typeof statusSchema>;

/** The server of the data directory, as this command meets it. */
export type RunningServer =
  | { readonly kind: 'answers'; readonly status: ServerStatus; readonly holder: LockHolder | undefined }
  /** It answers, and not as a server that we know. */
  | { readonly kind: 'strange'; readonly holder: LockHolder | undefined }
  /** This user may not speak to it, nor see whether it is there. */
  | { readonly kind: 'forbidden' }
  /** Somebody holds the data directory and does not answer: a command that works alone, or a server that hangs or just starts. */
  | { readonly kind: 'silent'; readonly holder: LockHolder | undefined }
  | { readonly kind: 'none' };

const asked = new WeakMap<CommandContext, Promise<RunningServer>>();

/** Asked once a run, by whichever check needs it first. */
export async function findServer(context: CommandContext): Promise<RunningServer> {
  const known = asked.get(context);
  if (known) return await known;
  const { dataDirectory } = context.configuration.read({ dataDirectory: coreSettings.dataDirectory });
  const asking = ask(dataDirectory);
  asked.set(context, asking);
  return await asking;
}

async function ask(dataDirectory: string): Promise<RunningServer> {
  try {
    const answer = await askServer(controlSocketPath(dataDirectory), { method: 'GET', path: '/status' });
    const status = statusSchema.safeParse(answer).data;
    const holder = findLockHolder(dataDirectory);
    return status === undefined ? { kind: 'strange', holder } : { kind: 'answers', status, holder };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code !== 'ServerUnreachable') return { kind: 'strange', holder: findLockHolder(dataDirectory) };
    if (isForbidden(error.cause)) return { kind: 'forbidden' };
    if (!isLocked(dataDirectory)) return { kind: 'none' };
    return { kind: 'silent', holder: findLockHolder(dataDirectory) };
  }
}

function isForbidden(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'EACCES' || cause.code === 'EPERM');
}

const ofBackups = /\bbackup\b/;

/** How its sentences on the certificate are known: all that authorities and files come to. */
const ofCertificate = /\bcertificate\b|\bIt is tried again at\b|\bGROUNDMIST_TLS_/;

/** Those sentences that are of its certificate, or those that are not; a server without TLS of its own has none. */
export function sentencesOf(
  sentences: readonly string[],
  { certificate }: Pick<ServerStatus, 'certificate'>,
  isOfCertificate: boolean,
): readonly string[] {
  return sentences.filter(
    (sentence) => (certificate !== null && ofCertificate.test(sentence)) === isOfCertificate,
  );
}

/** Its warnings by the check that tells of them. */
export function sortWarnings(status: ServerStatus): {
  readonly backup: readonly string[];
  readonly others: readonly string[];
} {
  const told = sentencesOf(status.warnings, status, false).filter((sentence) => !isRoomWarning(sentence));
  return {
    backup: told.filter((sentence) => ofBackups.test(sentence)),
    others: told.filter((sentence) => !ofBackups.test(sentence)),
  };
}
