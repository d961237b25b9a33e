const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;

/** Whether a host name or address certainly means this machine. A name that has to be looked up does not. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * Whether a database is on this machine: at a loopback address or a Unix socket. PostgreSQL's drivers let a parameter
 * `host` win over the host before the path, so all of them have to be local. Without any host, the environment
 * (`PGHOST`) decides and nobody can tell, so the answer is no.
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

/** Decodes the path of a Unix socket, which stands in the place of the host name with its slashes as `%2F`. */
function decoded(hostname: string): string {
  try {
    return decodeURIComponent(hostname);
  } catch {
    return hostname;
  }
}
