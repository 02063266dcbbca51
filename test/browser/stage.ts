import { startPds, type PdsAccount } from '../support/pds.ts';
import { AppPage } from './app-page.ts';
import { Chromium, type Skipped } from './chromium.ts';
import { servePage, type Generation } from './page-server.ts';

/** A browser, the reference PDS with the owner's account, and an app of each generation on an origin of its own. */
export interface Stage extends AsyncDisposable {
  readonly account: PdsAccount;
  /** The app of that generation on a new device, where the owner has just signed in. */
  signIn(generation: Generation): Promise<AppPage>;
}

export async function startStage(): Promise<Stage | Skipped> {
  await using starting = new AsyncDisposableStack();
  const chromium = await Chromium.start();
  if ('skipped' in chromium) return chromium;
  starting.use(chromium);
  const pds = await startPds();
  if ('skipped' in pds) return pds;
  starting.use(pds);
  const account = await pds.createAccount();
  const servers = {
    2025: starting.use(await servePage(2025, pds)),
    2026: starting.use(await servePage(2026, pds)),
  };
  const opened = starting.move();
  return {
    account,
    async signIn(generation) {
      const profile = await chromium.openProfile();
      const page = await AppPage.open(profile, servers[generation].url);
      await page.signIn(account);
      return page;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
