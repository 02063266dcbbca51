import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { caddyfileText } from '../../src/features/init/caddyfile.ts';
import { coreSettings } from '../../src/settings.ts';

const root = join(import.meta.dir, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('the image', () => {
  /** Its instructions, each on one line. */
  const instructions = read('Dockerfile')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .filter(Boolean);
  const bases = instructions.flatMap((line, index) => (line.startsWith('FROM ') ? [index] : []));
  const run = instructions.slice(bases.at(-1));

  test('is built in one stage and runs in another, both of images named by their hash', () => {
    expect(bases.length).toBe(2);
    for (const at of bases) expect(instructions[at]).toMatch(/@sha256:[0-9a-f]{64}(?: AS build)?$/);
    expect(instructions.filter((line) => /--(?:from|mount)=(?!build )/.test(line))).toEqual([]);
    expect(read('Dockerfile')).not.toMatch(/^#\s*syntax\s*=/im);
  });

  test('runs as a user that is not root and needs nothing executed to be made', () => {
    expect(run.filter((line) => line.startsWith('RUN '))).toEqual([]);
    expect(run).toContain('USER 65532:65532');
    expect(run.indexOf('USER 65532:65532')).toBeLessThan(
      run.findIndex((line) => line.startsWith('ENTRYPOINT')),
    );
  });

  test('is asked by its own program whether it is well, and stopped as a service is', () => {
    expect(run.find((line) => line.startsWith('HEALTHCHECK'))).toEndWith(
      'CMD ["/usr/local/bin/groundmist", "health"]',
    );
    expect(run).toContain('STOPSIGNAL SIGTERM');
  });

  test('sets what a container needs otherwise, under the names of our settings', () => {
    const { dataDirectory, port, listen } = coreSettings;
    const values = {
      [dataDirectory.env]: '/data/documents',
      [port.env]: port.default,
      [listen.env]: '0.0.0.0',
    };
    const lines = Object.entries(values).map(([name, value]) => `${name}=${value}`);
    expect(run).toContain(`ENV ${lines.join(' ')}`);
  });

  test('is built from files that there are, and from no settings or data of whoever builds it', () => {
    const lines = read('.dockerignore')
      .split('\n')
      .filter((line) => /^[^#]/.test(line));
    expect(lines[0]).toBe('*');
    const taken = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(taken.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(taken.filter((path) => /^\.|^(?:dist|node_modules)$/.test(path))).toEqual([]);
  });
});

describe('compose.yaml', () => {
  const service = z.looseObject({
    read_only: z.literal(true),
    cap_drop: z.tuple([z.literal('ALL')]),
    cap_add: z.array(z.string()).default([]),
    security_opt: z.array(z.string()),
    mem_limit: z.string(),
    pids_limit: z.number(),
    environment: z.record(z.string(), z.string()),
    networks: z.record(z.string(), z.object({ ipv4_address: z.string() })),
    ports: z.array(z.string()).default([]),
  });
  const { services } = z
    .looseObject({ services: z.object({ groundmist: service, caddy: service }) })
    .parse(Bun.YAML.parse(read('container/compose.yaml')));
  const { groundmist, caddy } = services;

  test('lets both write to their volumes alone and take no privilege but the ports of the web', () => {
    for (const { security_opt } of Object.values(services))
      expect(security_opt).toEqual(['no-new-privileges:true']);
    expect([groundmist.cap_add, caddy.cap_add]).toEqual([[], ['NET_BIND_SERVICE']]);
  });

  test('opens groundmist to Caddy alone, whom it believes where requests come from', () => {
    expect(groundmist.ports).toEqual([]);
    expect(groundmist.environment['GROUNDMIST_TRUSTED_PROXIES']).toBe(
      `${caddy.networks['proxied']?.ipv4_address}/32`,
    );
  });

  test('has Caddy do what the file of `init` has it do', () => {
    const host = '{$GROUNDMIST_HOST}';
    const [, ...lines] = caddyfileText({ host, port: '3031', listen: 'groundmist' }).split('\n');
    expect(lines.join('\n')).toContain(read('container/Caddyfile'));
  });
});
