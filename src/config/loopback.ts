const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;

/** Whether a host name or address is this machine and no other; a name that only a name server knows is not. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * Whether a database is on this machine: a loopback address or a Unix socket. PostgreSQL's drivers let a parameter
 * `host` win over the host in front of the path, so all of them count. Without any, the environment (`PGHOST`) decides,
 * and nobody can tell: the answer is no.
 */
export function isOnThisMachine(databaseUrl: string): boolean {
  const { hostname, searchParams } = new URL(databaseUrl);
  const hosts = [
    decoded(hostname),
    ...searchParams.getAll('host'),
    ...searchParams.getAll('hostaddr'),
  ].filter((host) => host !== '');
  return hosts.length > 0 && hosts.every((host) => host.startsWith('/') || isLoopback(host));
}

/** The path of a Unix socket stands in place of the host name, with its slashes as `%2F`. */
function decoded(hostname: string): string {
  try {
    return decodeURIComponent(hostname);
  } catch {
    return hostname;
  }
}
