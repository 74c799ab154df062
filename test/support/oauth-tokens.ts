import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';

/** The events at the token endpoint and at the login check of the Messages API. */
export type OAuthEvent = 'refresh ok' | 'refresh reused' | 'message ok' | 'message 401';

/** The answer to a refresh: the status and the body. */
interface RefreshAnswer {
  readonly status: number;
  readonly body: object;
}

/** Issues tokens as the real endpoint does: a refresh token works once, and becomes invalid on arrival, before the answer. */
export interface TokenIssuer {
  /** The login of a client: the first refresh token, and an access token that has expired. */
  readonly first: { readonly refreshToken: string; readonly accessToken: string };
  readonly refresh: (request: IncomingMessage) => Promise<RefreshAnswer>;
  /** Whether the request carries an access token that was issued here and has not expired. */
  readonly accepts: (request: IncomingMessage) => boolean;
  /** The refresh token that has not been used. */
  readonly newest: () => string;
}

/** Creates an issuer whose answers take `delay` ms, and whose access tokens last `expiresIn` seconds. */
export function createTokenIssuer(options: { delay: number; expiresIn: number; record: (event: OAuthEvent) => void }): TokenIssuer {
  let generation = 0;
  const unspent = new Set([refreshToken(0)]);
  const expiry = new Map<string, number>();
  return {
    first: { refreshToken: refreshToken(0), accessToken: accessToken(0) },
    newest: () => refreshToken(generation),
    async refresh(request) {
      const presented = presentedToken(await text(request));
      const isGood = unspent.delete(presented);
      await sleep(options.delay);
      options.record(isGood ? 'refresh ok' : 'refresh reused');
      if (!isGood) return { status: 400, body: { error: 'invalid_grant', error_description: 'the refresh token was used before' } };
      generation += 1;
      unspent.add(refreshToken(generation));
      expiry.set(accessToken(generation), Date.now() + options.expiresIn * 1000);
      return {
        status: 200,
        body: {
          token_type: 'Bearer',
          access_token: accessToken(generation),
          refresh_token: refreshToken(generation),
          expires_in: options.expiresIn,
          scope: scopes.join(' '),
        },
      };
    },
    accepts(request) {
      const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
      const isGood = (expiry.get(token) ?? 0) > Date.now();
      options.record(isGood ? 'message ok' : 'message 401');
      return isGood;
    },
  };
}

/** The content of `.credentials.json` for a user who logged in with these tokens, an hour after they expired. */
export function expiredCredentials({ first }: TokenIssuer): string {
  const claudeAiOauth = { ...first, expiresAt: Date.now() - 3_600_000, scopes, subscriptionType: 'max' };
  return JSON.stringify({ claudeAiOauth });
}

const scopes = ['user:inference', 'user:profile', 'user:sessions:claude_code'];

function refreshToken(generation: number): string {
  return `sk-ant-ort01-loopback-${generation}`;
}

function accessToken(generation: number): string {
  return `sk-ant-oat01-loopback-${generation}`;
}

function presentedToken(body: string): string {
  const json = v.safeParse(v.pipe(v.string(), v.parseJson(), v.looseObject({ refresh_token: v.string() })), body);
  return json.success ? json.output.refresh_token : (new URLSearchParams(body).get('refresh_token') ?? '');
}
