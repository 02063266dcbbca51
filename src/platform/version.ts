import { version as written } from '../../package.json' with { type: 'json' };

/** Of this groundmist: `0.1.0`. */
export const version: string = written;
