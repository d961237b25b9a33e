import type { ServerResponse } from 'node:http';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** Origins such as `https://clinic.example`, or `*` for all. */
export type Origins = '*' | readonly string[];

export const CSP_HEADER = 'content-security-policy';
export const CROSS_ORIGIN_OPENER_HEADER = 'cross-origin-opener-policy';

/** The policy for answers that are no page and load nothing. */
export const NOTHING_ELSE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * The policy of the developers' test client: its own files, and connections to this server and to `servers`. The
 * page's address can point it at another server, so a link must not be able to name just any.
 */
export function pagePolicy(servers: Origins): string {
  const connect =
    servers === '*' ? ['http:', 'https:', 'ws:', 'wss:'] : servers.filter(isServer).flatMap(withWebSocket);
  const connections = ["'self'", ...connect].join(' ');
  return `${NOTHING_ELSE}; script-src 'self'; style-src 'self'; img-src 'self'; connect-src ${connections}`;
}

/**
 * The policy of the people's page: its own files, this server, and the badge on its icon, which the page draws
 * itself.
 *
 * @param hosts the origins whose pages may show it in a frame.
 */
export function peoplePolicy(hosts: readonly string[]): string {
  const frames = hosts.length === 0 ? "'none'" : hosts.join(' ');
  const nothing = NOTHING_ELSE.replace("frame-ancestors 'none'", `frame-ancestors ${frames}`);
  return `${nothing}; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'`;
}

/** Whether an origin is the address of a server. Apps have origins such as `capacitor://localhost`, which is none. */
export function isServer(origin: string): boolean {
  return /^https?:/.test(origin);
}

function withWebSocket(origin: string): readonly string[] {
  return [origin, origin.replace(/^http/, 'ws')];
}

/** The hash of the one style sheet that Swagger UI writes into its page. */
const SWAGGER_STYLE = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";

/** Swagger UI draws its icons from `data:` URLs and asks only this server. */
export const API_PAGE_POLICY = `${NOTHING_ELSE}; script-src 'self'; style-src 'self' ${SWAGGER_STYLE}; img-src 'self' data:; connect-src 'self'`;

/** Sets the headers of every answer. By default an answer may load nothing at all; pages set a policy of their own. */
export async function addSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    xFrameOptions: { action: 'deny' },
  });
  app.addHook('onRequest', async (_request, reply) => showNothing(reply.raw));
}

/** Sets the headers on the raw response, where helmet sets its own, so that pages and files can replace them. */
export function showNothing(response: ServerResponse): void {
  response.setHeader(CSP_HEADER, NOTHING_ELSE);
  response.setHeader('permissions-policy', 'camera=(), geolocation=(), microphone=()');
  response.setHeader('x-content-type-options', 'nosniff');
}
