import { Failure } from './core/failure.ts';
import { readSettings, type Settings, type Sources, type Values } from './platform/config.ts';

/** The settings as one run of a command sees them. */
export class Configuration {
  readonly sources: Sources;

  constructor(sources: Sources) {
    this.sources = sources;
  }

  /** The values of a group, or `ConfigurationInvalid` with a sentence for each problem. */
  read<S extends Settings>(settings: S): Values<S> {
    const reading = readSettings(settings, this.sources);
    if (reading.kind === 'values') return reading.values;
    throw new Failure('ConfigurationInvalid', reading.problems.join('\n'));
  }
}
