import { readdirSync, readFileSync } from 'node:fs';
import { unitName, type ServiceScope } from './service-names.ts';
import { readUnit, type UnitText } from './unit-text.ts';

/** A unit that is there to start our server. */
export interface InstalledUnit extends UnitText {
  readonly scope: ServiceScope;
  readonly name: string;
  /** The folder that it lies in. */
  readonly folder: string;
  readonly path: string;
  /** Its own text. */
  readonly text: string;
  /** Files of the owner that change what it says, as `systemctl edit` makes them. */
  readonly dropIns: readonly string[];
}

/** What systemd finds in a folder under our name; undefined where there is nothing. */
export function readInstalledUnit(scope: ServiceScope, folder: string): InstalledUnit | undefined {
  const path = `${folder}/${unitName}`;
  const text = readText(path);
  if (text === undefined) return undefined;
  const dropIns = findDropIns(`${path}.d`);
  const whole = [text, ...dropIns.map((dropIn) => readText(dropIn) ?? '')].join('\n');
  return { scope, name: unitName, folder, path, text, dropIns, ...readUnit(whole) };
}

/** Whether a target wants it started: `systemctl enable` leaves a link in a folder of that target. */
export function isEnabled(unit: Pick<InstalledUnit, 'folder' | 'name'>): boolean {
  return enablingLinks(unit).length > 0;
}

/** Those links. */
export function enablingLinks({ folder, name }: Pick<InstalledUnit, 'folder' | 'name'>): readonly string[] {
  const targets = namesIn(folder).filter((entry) => /\.(?:wants|requires)$/.test(entry));
  const holding = targets.filter((entry) => namesIn(`${folder}/${entry}`).includes(name));
  return holding.map((entry) => `${folder}/${entry}/${name}`);
}

function findDropIns(folder: string): readonly string[] {
  const names = namesIn(folder).filter((name) => name.endsWith('.conf'));
  return names.toSorted().map((name) => `${folder}/${name}`);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
