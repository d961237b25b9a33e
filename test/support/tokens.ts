import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';

/** A `CHAT_JWT_SECRET` for tests: 32 bytes. */
export const TEST_SECRET = 'a-secret-of-32-bytes-for-tests-1';

/** Good for an hour, unless told otherwise. */
const EXPIRES_IN_SECONDS = 3_600;

export interface TokenOptions {
  readonly sub: string;
  /** `patient`, `doctor`, `admin`, or one that is wrong on purpose. */
  readonly role: string;
  /** What it is signed with: `TEST_SECRET` unless a secret or a key is given. */
  readonly secret?: string;
  readonly key?: SigningKey;
  /** Seconds from `now`, negative for the past; null for a token without `exp`. */
  readonly expiresIn?: number | null;
  /** When it is signed, in ms; the real time when left out. */
  readonly now?: number;
  readonly issuer?: string;
  readonly audience?: string;
  /** More claims, or others in place of the usual ones; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** More header parameters, or others. */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A JSON Web Token as an issuer signs it. */
export async function signToken(options: TokenOptions): Promise<string> {
  const { sub, role, key, secret = TEST_SECRET, expiresIn = EXPIRES_IN_SECONDS, now = Date.now() } = options;
  const issuedAt = Math.floor(now / 1_000);
  const claims = {
    sub,
    role,
    iat: issuedAt,
    exp: expiresIn === null ? undefined : issuedAt + expiresIn,
    iss: options.issuer,
    aud: options.audience,
    ...options.claims,
  };
  const header = key === undefined ? { alg: 'HS256' } : { alg: key.alg, kid: key.kid };
  return new SignJWT(claims as JWTPayload)
    .setProtectedHeader({ ...header, typ: 'JWT', ...options.header })
    .sign(key?.privateKey ?? new TextEncoder().encode(secret));
}

export interface SigningKey {
  readonly alg: 'RS256' | 'ES256' | 'EdDSA';
  readonly kid: string;
  readonly privateKey: CryptoKey;
  /** As a JWKS has it. */
  readonly publicJwk: JWK;
}

/** A new key pair. An RSA pair takes its time: make one for a file, not one for a test. */
export async function createSigningKey(alg: SigningKey['alg'], kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), alg, kid, use: 'sig' } };
}

export interface JwksServer {
  /** `http://127.0.0.1:<port>/.well-known/jwks.json`, for `CHAT_JWKS_URL`. */
  readonly url: string;
  /** How often it was asked. */
  requests(): number;
  /** From now on these keys, or an answer with this status. */
  publish(keys: readonly SigningKey[] | { readonly status: number }): void;
  close(): Promise<void>;
}

/** Publishes keys as an issuer does, on 127.0.0.1, until the test is over. */
export async function startJwksServer(keys: readonly SigningKey[]): Promise<JwksServer> {
  let published: readonly SigningKey[] | { readonly status: number } = keys;
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    if ('status' in published) {
      response.writeHead(published.status).end();
      return;
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: published.map(({ publicJwk }) => publicJwk) }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return {
    url: `http://127.0.0.1:${port}/.well-known/jwks.json`,
    requests: () => requests,
    publish: (next) => {
      published = next;
    },
    close,
  };
}
