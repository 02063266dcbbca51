import { isLoopbackHost } from './public-url.ts';

export interface Place {
  /** The address to bind. */
  readonly listen: string;
  readonly port: number;
  readonly host: string | undefined;
}

/** Whether other machines may reach what binds this address. */
export function isOpen({ listen }: Pick<Place, 'listen'>): boolean {
  return !isLoopbackHost(listen.includes(':') ? `[${listen}]` : listen);
}

/** Why apps could not know where this server is, a sentence; undefined where they can. */
export function whyNoPublicName(place: Place): string | undefined {
  if (place.host !== undefined) return undefined;
  if (place.port === 0) {
    return 'With PORT=0 the system chooses the port, so apps cannot know our address: choose a port, or add GROUNDMIST_HOST, the name that leads to it.';
  }
  if (isOpen(place)) {
    return `GROUNDMIST_LISTEN=${place.listen} opens this server to other machines, so it needs its public name: add GROUNDMIST_HOST=sync.example.com.`;
  }
  return undefined;
}
