import { isDeepStrictEqual } from 'node:util';
import { readPublished, type Published } from '../../core/discovery/published-record.ts';
import type { SyncRecord } from '../../core/discovery/sync-record.ts';
import { Failure } from '../../core/failure.ts';
import type { CommandContext } from '../../feature.ts';
import { Cancelled, unlessAborted } from '../../platform/cancelled.ts';
import { terminalPrompts } from '../../platform/prompts.ts';
import type { OAuthAccount } from './oauth/client.ts';
import { describeRecord } from './describe-record.ts';
import { describeChange, placeOf, replacedBy, type Outcome } from './outcome.ts';
import { readPassword } from './password.ts';
import type { PdsSession } from './pds-session.ts';
import { ownRecord } from './own-record.ts';
import { askOfMove, askOfRemoval, isUnchanged, type RecordChange } from './record-change.ts';
import { seeThrough } from './see-through.ts';

/** Who writes the record, and whose it is. */
export interface Publisher {
  readonly context: CommandContext;
  readonly account: OAuthAccount;
}

/** Says what it does, asks where apps would be sent elsewhere, writes, reads back as any app would, and compares. */
export async function write(publisher: Publisher, change: RecordChange): Promise<Outcome> {
  const { context, account } = publisher;
  const { record, published } = change;
  const at = { ...placeOf(account.place), host: record.host, record };
  if (isUnchanged(change)) return { kind: 'unchanged', ...at, cid: published?.cid ?? null };
  const replaced = replacedBy(published);
  context.terminal.note(describeChange('About to write', { ...at, ...replaced }));
  await confirm(context, askOfMove(change));
  return await seeThrough(context, 'written', async (send) => {
    await using session = await logIn(publisher);
    const cid = await send(() => session.put(record, published));
    await compare(publisher, { record, cid });
    return { kind: 'published', ...at, cid, ...replaced };
  });
}

/** Takes the record away and looks whether it is gone; nobody is asked for a password where there is none. */
export async function remove(publisher: Publisher, published: Published | undefined): Promise<Outcome> {
  const { context, account } = publisher;
  const { place } = account;
  const outcome = { kind: 'removed', ...placeOf(place) } as const;
  if (published === undefined) return { ...outcome, wasPublished: false, removed: null };
  const { uri, pds } = outcome;
  context.terminal.note(`About to remove ${uri} from ${pds}\n${describeRecord(published.value)}`);
  await confirm(context, askOfRemoval(published, await ownRecord(context.configuration)));
  return await seeThrough(context, 'removed', async (send) => {
    await using session = await logIn(publisher);
    await send(() => session.remove(published));
    if ((await unlessAborted(context.signal, readPublished(place))) !== undefined) {
      throw new Failure('PdsUnavailable', 'Your PDS says that it removed the record, and still gives it.');
    }
    return { ...outcome, wasPublished: true, removed: published.value };
  });
}

/** Enter alone, perhaps meant for something else, must move nobody's apps. */
async function confirm(context: CommandContext, question: string | undefined): Promise<void> {
  const { terminal, options, signal } = context;
  if (question === undefined || !terminal.isInteractive || options['yes'] === true) return;
  const prompts = await terminalPrompts(signal);
  if (await prompts.confirm(question, { initial: false })) return;
  terminal.note(`Nothing was ${options['remove'] === true ? 'removed' : 'written'}.`);
  throw new Cancelled('SIGINT');
}

async function logIn({ context, account }: Publisher): Promise<PdsSession> {
  const { terminal, options, signal } = context;
  const login = { signal, say: (sentence: string) => terminal.problem(sentence) };
  if (options['oauth'] === true) {
    const { logInByBrowser } = await import('./oauth/login.ts');
    return await logInByBrowser(account, context, login);
  }
  const password = await readPassword(context);
  const { logInByPassword } = await import('./password-login.ts');
  return await logInByPassword(account.place, password, login);
}

interface Written {
  readonly record: SyncRecord;
  readonly cid: string;
}

async function compare({ context, account }: Publisher, { record, cid }: Written): Promise<void> {
  const found = await unlessAborted(context.signal, readPublished(account.place));
  if (found?.cid === cid && isDeepStrictEqual(found.value, { ...record })) return;
  throw new Failure(
    'PdsUnavailable',
    `Your PDS took the record but gives another one back (${found?.host ?? 'none'}).`,
  );
}
