import { Failure } from '../failure.ts';

const longestToken = 8192;
const authorizationForm = /^(bearer|dpop) +([^\s,]+)$/i;

/** The tokens that came with a request, by what they are said to be. */
export interface Presented {
  /** The token of the Authorization header: what the proof's `ath` is the hash of. */
  readonly accessToken: string;
  /** The service-auth JWT, in whichever place it came. */
  readonly serviceToken: string | undefined;
  /** The app's token for its PDS. */
  readonly pdsToken: string | undefined;
}

/**
 * `Bearer <service JWT>`, or `DPoP <PDS token>` with the service JWT beside it (what
 * `OAuthSession.fetchHandler` can send). Anything else is `NotPermitted`; 401 `invalid_token` is
 * never an answer, for SDKs then delete the user's session in the app.
 */
export function readPresented(authorization: string | null, serviceAuth: string | undefined): Presented {
  if (authorization === null) throw refuse('The Authorization header is missing');
  if (authorization.length > longestToken) throw refuse('The Authorization header is too long');
  const [, scheme, accessToken] = authorizationForm.exec(authorization) ?? [];
  if (scheme === undefined || accessToken === undefined) {
    throw refuse(
      'The Authorization header is neither `Bearer` with a service token nor `DPoP` with a PDS token',
    );
  }
  if (scheme.toLowerCase() === 'dpop') {
    return { accessToken, serviceToken: serviceAuth, pdsToken: accessToken };
  }
  if (serviceAuth !== undefined && serviceAuth !== accessToken) {
    throw new Failure(
      'InvalidRequest',
      'There are two service tokens: one as Bearer, another as serviceAuth.',
    );
  }
  return { accessToken, serviceToken: accessToken, pdsToken: undefined };
}

function refuse(reason: string): Failure {
  return new Failure('NotPermitted', `${reason}; docs/protocol.md shows how an app signs in.`);
}
