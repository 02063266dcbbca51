#!/usr/bin/env bun
import { main } from '../src/main.ts';
import { Cancelled } from '../src/platform/cancelled.ts';

const interruption = new AbortController();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    const cancelled = new Cancelled(signal);
    if (interruption.signal.aborted) process.exit(cancelled.exitCode);
    interruption.abort(cancelled);
  });
}

process.exitCode = await main(process.argv.slice(2), interruption.signal);
