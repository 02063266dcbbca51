/** The parts of core from the ground: a part sees those of lower rank, and itself. */
const coreRanks: Readonly<Record<string, number>> = {
  'identity-failures': -1,
  failure: 0,
  events: 0,
  reports: 0,
  automerge: 0,
  format: 0,
  fence: 1,
  lexicon: 1,
  service: 1,
  identity: 2,
  discovery: 3,
  store: 2,
  auth: 3,
  certificate: 3,
  access: 4,
  graph: 2,
  content: 3,
  backup: 5,
  sync: 5,
};
const aboveAllParts = 6;

/** What every feature may see of the files directly in src/: the seam, the settings, what commands have in common. */
const seam = [
  'feature.ts',
  'groundmist.ts',
  'configuration.ts',
  'settings.ts',
  'log-setting.ts',
  'tls-settings.ts',
  'all-settings.ts',
  'command-line/description.ts',
  'command-line/groups.ts',
  'command-line/exit-codes.ts',
  'command-line/help.ts',
  'command-line/offer.ts',
  'sources.ts',
  'ask-server.ts',
  'control-tables.ts',
  'required-argument.ts',
];

/** Whether `from` may import `to`, both from the root of the checkout: imports point down, features stay apart. */
export function mayImport(from: string, to: string): boolean {
  const target = /^src\/(.*)$/.exec(to)?.[1];
  if (target === undefined) return to === 'package.json' && from === 'src/platform/version.ts';
  if (from.startsWith('bin/')) return target === 'main.ts' || target.startsWith('platform/');
  const [layer = '', part = ''] = from.split('/').slice(1);
  switch (layer) {
    case 'platform':
      return target.startsWith('platform/');
    case 'core':
      return target.startsWith('platform/') || (target.startsWith('core/') && coreMaySee(from, to));
    case 'features':
      return (
        target.startsWith('platform/') ||
        target.startsWith('core/') ||
        target.startsWith(`features/${part}/`) ||
        seam.includes(target)
      );
    default:
      if (!target.startsWith('features/')) return true;
      return layer === 'features.ts' && /^features\/[^/]+\/feature\.ts$/.test(target);
  }
}

function coreMaySee(from: string, to: string): boolean {
  const [fromPart, toPart] = [from, to].map((path) => path.split('/')[2]?.replace('.ts', '') ?? '');
  return fromPart === toPart || coreRank(toPart) < coreRank(fromPart) || coreRank(fromPart) === aboveAllParts;
}

function coreRank(part: string | undefined): number {
  return coreRanks[part ?? ''] ?? aboveAllParts;
}
