import type { BundledPackage } from './bundled.ts';
import type { Edition } from './checkout.ts';
import { sha256 } from './checksums.ts';
import type { PinnedPackage } from './lock.ts';

/** What the bill of materials is made from. */
export interface Materials {
  readonly edition: Edition;
  /** Milliseconds since 1970: of the commit, so that the same commit gives the same bill. */
  readonly madeAtMs: number;
  readonly packages: readonly BundledPackage[];
  /** `name@version` of those that groundmist itself depends on. */
  readonly direct: readonly string[];
  /** Bun, one for each target. */
  readonly runtimes: readonly PinnedPackage[];
  /** Automerge in WebAssembly, which is in the binary as it is in its package. */
  readonly wasm: { readonly name: string; readonly sha256: string };
}

const mit = [{ license: { id: 'MIT' } }];

/** A CycloneDX 1.6 bill of what is in the binaries: the same for all, but for the Bun that each is made of. */
export function billOfMaterials(materials: Materials): object {
  const { edition, madeAtMs, packages, runtimes, wasm } = materials;
  const body = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: new Date(madeAtMs).toISOString(),
      lifecycles: [{ phase: 'build' }],
      component: {
        type: 'application',
        'bom-ref': ownRef(edition),
        name: 'groundmist',
        version: edition.version,
        licenses: mit,
        properties: [{ name: 'groundmist:commit', value: edition.commit ?? 'not known' }],
      },
    },
    components: [
      ...packages.map((one) => ({ type: 'library', ...packageOf(one, one.license) })),
      ...runtimes.map(runtimeOf),
      {
        type: 'file',
        'bom-ref': wasm.name,
        name: wasm.name,
        hashes: [{ alg: 'SHA-256', content: wasm.sha256 }],
        licenses: mit,
      },
    ],
    dependencies: dependenciesOf(materials),
  };
  return { ...body, serialNumber: `urn:uuid:${uuidFrom(JSON.stringify(body))}` };
}

function dependenciesOf({ edition, packages, direct, runtimes, wasm }: Materials): readonly object[] {
  const refs = new Map(packages.map((one) => [`${one.name}@${one.version}`, purlOf(one)]));
  const refsOf = (ids: readonly string[]): readonly string[] => ids.flatMap((id) => refs.get(id) ?? []);
  return [
    { ref: ownRef(edition), dependsOn: [...refsOf(direct), ...runtimes.map(purlOf), wasm.name] },
    ...packages.map((one) => ({ ref: purlOf(one), dependsOn: refsOf(one.dependencies) })),
  ];
}

/** Its package says MIT alone, its list of licences more: release/notices.ts has it in words. */
function runtimeOf(one: PinnedPackage): object {
  const url = `https://github.com/oven-sh/bun/blob/bun-v${one.version}/LICENSE.md`;
  const externalReferences = [
    { type: 'license', url, comment: 'Bun and each library that is linked into it' },
  ];
  return { type: 'platform', ...packageOf(one, bunLicense), externalReferences };
}

/** Its own, WebKit's and tinycc's, in the versions that Bun's list names. */
const bunLicense = 'MIT AND LGPL-2.0-only AND LGPL-2.1-only';

function packageOf(one: PinnedPackage, license: string): object {
  const [scope = '', bare] = one.name.split('/');
  return {
    'bom-ref': purlOf(one),
    ...(bare === undefined ? { name: one.name } : { group: scope, name: bare }),
    version: one.version,
    hashes: [{ alg: 'SHA-512', content: hexOf(one.integrity) }],
    licenses: license.includes(' ') ? [{ expression: license }] : [{ license: { id: license } }],
    purl: purlOf(one),
  };
}

/** groundmist is in no registry of packages, and so has no package URL. */
function ownRef({ version }: Edition): string {
  return `groundmist@${version}`;
}

/** https://github.com/package-url/purl-spec: the `@` of a scope is escaped. */
function purlOf({ name, version }: PinnedPackage): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** `sha512-<base64>`, as lock files have it. */
function hexOf(integrity: string): string {
  return Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
}

/** A UUID of version 8 (RFC 9562 §5.8): made from what it names, not drawn. */
function uuidFrom(text: string): string {
  const hex = sha256(text);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20, 32)].join('-');
}
