import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { queryRows } from '../adapters/prisma/prisma-storage.js';
import { createEmptyDatabase, createTestDatabase, startPostgresCluster } from '../support/postgres.js';
import { openServers } from '../support/server-process.js';

const servers = openServers();
const PASSWORD = 'hunter2-of-nobody';

/** What a start says that is refused: one line, without the password. */
async function refusalOf(databaseUrl: string): Promise<string> {
  const server = servers.launch({ env: { DATABASE_URL: databaseUrl } });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  const [line = '', ...more] = server.stderr;
  expect(more).toEqual([]);
  expect([line, ...server.stdout].join('\n')).not.toContain(PASSWORD);
  return line;
}

async function newDatabase(create = createTestDatabase): Promise<URL> {
  const { databaseUrl, drop } = await create();
  onTestFinished(drop);
  return new URL(databaseUrl);
}

const BYTES_OF_SSL_REQUEST = 8;

/** Answers as a PostgreSQL does that has a certificate of nobody's, until the client has seen it. */
async function serverWithOwnCertificate(): Promise<URL> {
  const directory = await mkdtemp(join(tmpdir(), 'chat-certificate-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', keyFile, '-out', certFile];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject], {
    stdio: 'ignore',
  });
  const [key, cert] = [await readFile(keyFile), await readFile(certFile)];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      socket.read(BYTES_OF_SSL_REQUEST);
      socket.write('S');
      const secured = new TLSSocket(socket, { isServer: true, key, cert });
      secured.on('error', () => socket.destroy());
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return new URL(`postgresql://chat:${PASSWORD}@localhost:${(server.address() as AddressInfo).port}/chat`);
}

test('a wrong password', async () => {
  const url = await newDatabase();
  url.password = PASSWORD;
  expect(await refusalOf(url.href)).toBe(
    `Cannot start: Cannot open the database at ${url.host}: password authentication failed for user "${url.username}".`,
  );
});

test('a database that is not there', async () => {
  const url = await newDatabase();
  url.pathname = '/nowhere';
  expect(await refusalOf(url.href)).toBe(
    `Cannot start: Cannot open the database at ${url.host}: database "nowhere" does not exist.`,
  );
});

test('a Unix socket that is not there, as managed databases print it', async () => {
  const url = `postgresql://chat:${PASSWORD}@/chat?host=/cloudsql/project:region:instance`;
  expect(await refusalOf(url)).toMatch(
    /^Cannot start: Cannot open the database at \/cloudsql\/project:region:instance:5432: connect ENOENT [^\n]+\.$/,
  );
});

test('a Unix socket that is there is taken, in both ways of writing it', async () => {
  const url = await newDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'chat-socket-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const target = { host: url.hostname, port: Number(url.port) };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const upstream = connect(target);
    for (const each of [socket, upstream]) sockets.add(each.on('error', () => each.destroy()));
    socket.pipe(upstream).pipe(socket);
  }).listen(join(directory, '.s.PGSQL.5432'));
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  for (const host of ['', 'localhost']) {
    const databaseUrl = `postgresql://${url.username}:${url.password}@${host}${url.pathname}?host=${directory}`;
    const running = await servers.start({ env: { DATABASE_URL: databaseUrl } });
    expect(await running.stop()).toEqual({ code: 0, signal: null });
  }
});

test.each(['require', 'prefer', 'verify-ca', 'verify-full'])(
  'a certificate that nobody has signed, with sslmode=%s',
  async (mode) => {
    const url = await serverWithOwnCertificate();
    const host = url.host;
    url.searchParams.set('sslmode', mode);
    expect(await refusalOf(url.href)).toBe(
      `Cannot start: Cannot open the database at ${host}: self-signed certificate: name the certificate of whoever signed the server's in sslrootcert=…; sslmode=no-verify encrypts without verifying whom.`,
    );
  },
);

test('a certificate whose file is not there', async () => {
  const url = await newDatabase();
  const host = url.host;
  url.search = '?sslmode=verify-full&sslrootcert=/nowhere/ca.pem';
  expect(await refusalOf(url.href)).toBe(
    `Cannot start: Cannot open the database at ${host}: ENOENT: no such file or directory, open '/nowhere/ca.pem'.`,
  );
});

test('a server that does not encrypt', async () => {
  const url = await newDatabase();
  const host = url.host;
  url.search = '?sslmode=require';
  expect(await refusalOf(url.href)).toBe(
    `Cannot start: Cannot open the database at ${host}: The server does not support SSL connections: sslmode=disable connects without encryption.`,
  );
});

test('a role that may not make tables', async () => {
  const url = await newDatabase(createEmptyDatabase);
  const role = `poor_${process.pid}`;
  const owner = url.href;
  await queryRows(owner, `CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`);
  onTestFinished(async () => {
    await queryRows(owner, `DROP ROLE ${role}`);
  });
  url.username = role;
  url.password = PASSWORD;
  expect(await refusalOf(url.href)).toBe(
    `Cannot start: The role ${role} may not make tables in the schema public (CREATE): GRANT CREATE ON SCHEMA "public" TO "${role}", or name a role that may in DATABASE_MIGRATION_URL.`,
  );
});

test('a replica', async () => {
  const cluster = await startPostgresCluster();
  onTestFinished(() => cluster.stop());
  const [place] = await queryRows<{ file: string }>(
    cluster.databaseUrl,
    `SELECT current_setting('data_directory') || '/standby.signal' AS file`,
  );
  await queryRows(cluster.databaseUrl, `COPY (SELECT) TO '${place?.file}'`);
  await cluster.restart();
  expect(await refusalOf(cluster.databaseUrl)).toBe(
    'Cannot start: DATABASE_URL leads to a replica, which cannot be written to: name the primary.',
  );
});
