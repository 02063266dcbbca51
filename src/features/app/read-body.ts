import type { z } from 'zod';
import { Failure } from '../../core/failure.ts';

/** What a command sent over the control socket. */
export async function readBody<Body>(request: Request, schema: z.ZodType<Body>): Promise<Body> {
  const body = schema.safeParse(await request.json().catch(() => undefined));
  if (body.success) return body.data;
  throw new Failure(
    'InvalidRequest',
    'The command and the server do not understand one another; are both of one version?',
  );
}
