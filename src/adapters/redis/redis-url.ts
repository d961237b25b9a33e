/** One Redis or Valkey, as a URL names it. */
export interface RedisHost {
  readonly host: string;
  readonly port: number;
}

interface RedisAccess {
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** The number of the database. Keys belong to one, channels do not. */
  readonly database: number;
}

/** Where Redis is, and of what kind. */
export type RedisTarget = RedisAccess &
  (
    | { readonly kind: 'single'; readonly at: RedisHost }
    | { readonly kind: 'socket'; readonly path: string }
    | { readonly kind: 'cluster'; readonly nodes: readonly RedisHost[] }
    | { readonly kind: 'sentinel'; readonly sentinels: readonly RedisHost[]; readonly master: string }
  );

const A_URL =
  'must be a URL like redis://user:password@host:6379 (rediss:// with TLS), redis://host:6379,other:6379 for a cluster, ' +
  'redis+sentinel://host:26379,other:26379/name or unix:///path/to.sock, with special characters as %23';

/** The parts of a URL. Whether they are right is checked later. Hosts may be in brackets. */
const URL_FORM =
  /^(redis|rediss|redis\+sentinel|rediss\+sentinel):\/\/(?:([^:@/?#]*)(?::([^@/?#]*))?@)?([^@/?#]+)(?:\/([^?#]*))?$/;
const SOCKET_FORM = /^unix:\/\/(?:([^:@/?#]*)(?::([^@/?#]*))?@)?(\/[^?#]+)(?:\?db=(\d+))?$/;
const HOST_FORM = /^(\[[0-9a-f:.]+\]|[^\s:[\]]+)(?::(\d{1,5}))?$/i;
const DATABASE_FORM = /^\d{0,5}$/;

const REDIS_PORT = 6_379;
const SENTINEL_PORT = 26_379;
const MAX_PORT = 65_535;

/** What is wrong with a value of `REDIS_URL`, without quoting it; null if nothing is. */
export function complaintOfRedisUrl(text: string): string | null {
  const target = parse(text);
  return typeof target === 'string' ? target : null;
}

/** @throws Error that says what is wrong. It does not quote the text, because there may be a password in it. */
export function readRedisUrl(text: string): RedisTarget {
  const target = parse(text);
  if (typeof target === 'string') throw new Error(target);
  return target;
}

/** Names the target in a line for an operator, such as `127.0.0.1:6379`. Contains no user and no password. */
export function nameOfTarget(target: RedisTarget): string {
  const joined = (hosts: readonly RedisHost[]): string =>
    hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(', ');
  switch (target.kind) {
    case 'single':
      return joined([target.at]);
    case 'socket':
      return target.path;
    case 'cluster':
      return `the cluster of ${joined(target.nodes)}`;
    case 'sentinel':
      return `${target.master} of the sentinels ${joined(target.sentinels)}`;
  }
}

function parse(text: string): RedisTarget | string {
  try {
    return (text.startsWith('unix:') ? socketTarget(text) : networkTarget(text)) ?? A_URL;
  } catch {
    // The text has a broken %-sequence.
    return A_URL;
  }
}

function socketTarget(text: string): RedisTarget | null {
  const match = SOCKET_FORM.exec(text);
  if (match === null) return null;
  const [, username, password, path = '', database = '0'] = match;
  const access = { tls: false, ...credentials(username, password), database: Number(database) };
  return { kind: 'socket', path: decodeURIComponent(path), ...access };
}

function networkTarget(text: string): RedisTarget | string | null {
  const match = URL_FORM.exec(text);
  if (match === null) return null;
  const [, scheme = '', username, password, list = '', path = ''] = match;
  const isSentinel = scheme.endsWith('+sentinel');
  const hosts = list.split(',').map((host) => hostOf(host, isSentinel ? SENTINEL_PORT : REDIS_PORT));
  const [first] = hosts;
  if (first === undefined || first === null || !hosts.every((host) => host !== null)) return null;
  const access = { tls: scheme.startsWith('rediss'), ...credentials(username, password) };
  if (isSentinel) {
    const [master = '', database = ''] = path.split('/');
    if (master === '') return 'must name the master behind the sentinels: redis+sentinel://host:26379/name';
    if (!DATABASE_FORM.test(database)) return null;
    const name = decodeURIComponent(master);
    return { kind: 'sentinel', sentinels: hosts, master: name, ...access, database: Number(database) };
  }
  if (!DATABASE_FORM.test(path)) return null;
  const database = Number(path);
  if (hosts.length === 1) return { kind: 'single', at: first, ...access, database };
  if (database !== 0) return 'must name no database but 0 where it names the nodes of a cluster';
  return { kind: 'cluster', nodes: hosts, ...access, database };
}

function hostOf(text: string, defaultPort: number): RedisHost | null {
  const match = HOST_FORM.exec(text);
  if (match === null) return null;
  const [, host = '', port = String(defaultPort)] = match;
  if (Number(port) > MAX_PORT || Number(port) === 0) return null;
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

function credentials(username: string | undefined, password: string | undefined) {
  return {
    username: username ? decodeURIComponent(username) : undefined,
    password: password ? decodeURIComponent(password) : undefined,
  };
}
