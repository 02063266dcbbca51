import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { askServer, readControlBody } from '../../core/control.ts';
import { Failure } from '../../core/failure.ts';
import { controlSocketPath } from '../../core/store/layout.ts';
import type { Values } from '../../platform/config.ts';
import type { Route } from '../../platform/http.ts';
import { coreSettings } from '../../settings.ts';

/** What a server does not say of itself in `status`, and what changes nothing until it is started anew. */
const compared = ['secretKey', 'trustedProxies', 'store', 'plcUrl', 'privateHosts'] as const;

export type ComparedValues = Pick<Values<typeof coreSettings>, (typeof compared)[number]>;

/** By the name of a setting: the same for the same value, and nothing to learn the value by. */
type Marks = Readonly<Record<string, string>>;

const path = '/setting-marks';
const saltBytes = 32;
const requestSchema = z.object({ salt: z.string().regex(/^[0-9a-f]{64}$/) });
const marksSchema = z.object({ marks: z.record(z.string(), z.string()) });

/** Answers the owner's `doctor` with marks of the values that the server runs with. */
export function settingMarks(values: ComparedValues): Route {
  return {
    method: 'POST',
    path,
    async handle(request) {
      const { salt } = await readControlBody(request, requestSchema);
      return Response.json({ marks: marksOf(values, salt) });
    },
  };
}

/** The names of those settings that differ from what the server runs with; undefined where it does not tell, as an older one. */
export async function findDifferent(
  dataDirectory: string,
  values: ComparedValues,
): Promise<readonly string[] | undefined> {
  const salt = randomBytes(saltBytes).toString('hex');
  try {
    const answer = await askServer(controlSocketPath(dataDirectory), {
      method: 'POST',
      path,
      body: { salt },
    });
    const theirs = marksSchema.safeParse(answer).data?.marks;
    if (theirs === undefined) return undefined;
    return Object.entries(marksOf(values, salt)).flatMap(([env, mark]) =>
      theirs[env] === mark ? [] : [env],
    );
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** The salt is new each time: a mark that somebody kept says nothing later. */
function marksOf(values: ComparedValues, salt: string): Marks {
  return Object.fromEntries(
    compared.map((name) => {
      const { env } = coreSettings[name];
      const text = JSON.stringify([env, values[name] ?? null]);
      return [env, createHmac('sha256', salt).update(text).digest('hex')];
    }),
  );
}
