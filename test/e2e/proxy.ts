import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { findFreePort } from '../../src/adapters/embedded-postgres/postgres-process.js';
import { REPOSITORY } from '../support/server-process.js';

const run = promisify(execFile);

interface Setup {
  /** A folder of the proxy's own. */
  readonly directory: string;
  readonly port: number;
  /** `host:port` of the chat. */
  readonly chat: string;
  /** Of the other process. */
  readonly other: string;
  /** Paths of the key, of the certificate, and of both in one file. */
  readonly key: string;
  readonly certificate: string;
  readonly both: string;
}

interface Proxy {
  readonly name: string;
  readonly program: string;
  /** The file as it is run here, from the one that is shown. */
  readonly adapt: (text: string, setup: Setup) => string;
  readonly parameters: (file: string, setup: Setup) => readonly string[];
}

/** What is compressed shows what becomes of the tags. */
export const PROXIES: readonly Proxy[] = [
  {
    name: 'nginx.conf',
    program: 'nginx',
    adapt: (text, { directory, port, chat, other, key, certificate }) => {
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (kind) => `${kind}_temp_path ${directory}/${kind};`,
      );
      const shown = replaceAll(text, {
        'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
        '/etc/ssl/chat.example/fullchain.pem': certificate,
        '/etc/ssl/chat.example/privkey.pem': key,
        'chat.example;': 'localhost;',
        '127.0.0.1:3000': chat,
        '127.0.0.1:3001': other,
      });
      return `${process.getuid?.() === 0 ? 'user root;' : ''} daemon off; pid ${directory}/pid; error_log stderr;
        events {} http { access_log off; ${temporary.join(' ')}
        gzip on; gzip_proxied any; gzip_min_length 1; gzip_types application/json; ${shown} }`;
    },
    parameters: (file, { directory }) => ['-p', directory, '-c', file],
  },
  {
    name: 'Caddyfile',
    program: 'caddy',
    adapt: (text, { port, chat, other, key, certificate }) =>
      `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${replaceAll(text, {
        'chat.example {': `https://localhost:${port} {\n\tbind 127.0.0.1\n\ttls ${certificate} ${key}\n\tencode gzip`,
        '127.0.0.1:3000': chat,
        '127.0.0.1:3001': other,
      })}`,
    parameters: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
  },
  {
    name: 'haproxy.cfg',
    program: 'haproxy',
    adapt: (text, { port, chat, other, both }) =>
      replaceAll(text, {
        'bind :443': `bind 127.0.0.1:${port}`,
        '/etc/haproxy/chat.example.pem': both,
        '127.0.0.1:3000': chat,
        '127.0.0.1:3001': other,
        'backend chat\n': 'backend chat\n    compression algo gzip\n    compression type application/json\n',
      }),
    parameters: (file) => ['-db', '-f', file],
  },
];

/** @throws where the file does not have what is to be replaced: then it is not what is tried. */
function replaceAll(text: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((changed, [before, after]) => {
    if (!changed.includes(before)) throw new Error(`there is no ${before}`);
    return changed.replaceAll(before, after);
  }, text);
}

export async function isInstalled(...programs: readonly string[]): Promise<boolean> {
  const found = await Promise.allSettled(programs.map((program) => run('which', [program])));
  return found.every(({ status }) => status === 'fulfilled');
}

/** A key and a certificate of our own for `localhost`, in a folder that they are left in. */
export async function makeCertificate(): Promise<Pick<Setup, 'directory' | 'key' | 'certificate' | 'both'>> {
  const directory = await mkdtemp(join(tmpdir(), 'chat-proxy-'));
  const [key, certificate, both] = ['key.pem', 'certificate.pem', 'both.pem'].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await run('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', certificate, ...subject]);
  await writeFile(both, (await readFile(certificate, 'utf8')) + (await readFile(key, 'utf8')));
  return { directory, key, certificate, both };
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface RunningProxy {
  /** `https://localhost:…`, as browsers have it. */
  readonly url: string;
  readonly certificate: string;
  /** @param body text as it is, or what is sent as JSON. */
  ask(
    method: string,
    path: string,
    headers?: Record<string, string>,
    body?: object | string,
  ): Promise<Answered>;
  stop(): Promise<void>;
}

export async function startProxy(
  name: string,
  [chatUrl, otherUrl]: readonly [string, string],
  files: Awaited<ReturnType<typeof makeCertificate>>,
): Promise<RunningProxy> {
  const proxy = PROXIES.find((one) => one.name === name);
  if (proxy === undefined) throw new Error(`no proxy ${name}`);
  const setup: Setup = {
    ...files,
    port: await findFreePort(),
    chat: new URL(chatUrl).host,
    other: new URL(otherUrl).host,
  };
  const shown = await readFile(join(REPOSITORY, 'examples', 'proxy', name), 'utf8');
  const file = join(files.directory, name);
  await writeFile(file, proxy.adapt(shown, setup));
  const home = { ...process.env, HOME: files.directory, XDG_DATA_HOME: files.directory };
  const started = spawn(proxy.program, [...proxy.parameters(file, setup)], { env: home });
  let said = '';
  for (const stream of [started.stdout, started.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  await untilItListens(started, setup.port, () => said);
  const certificate = await readFile(files.certificate, 'utf8');
  const url = `https://localhost:${setup.port}`;
  return {
    url,
    certificate,
    ask: (method, path, headers = {}, body) => askOver(`${url}${path}`, certificate, method, headers, body),
    stop: async () => {
      const ended = started.exitCode === null ? once(started, 'exit') : null;
      started.kill('SIGTERM');
      await ended;
      await rm(files.directory, { recursive: true, force: true });
    },
  };
}

async function untilItListens(started: ChildProcess, port: number, said: () => string): Promise<void> {
  while (started.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the proxy ended: ${said()}`);
}

function askOver(
  url: string,
  ca: string,
  method: string,
  headers: Record<string, string>,
  body?: object | string,
): Promise<Answered> {
  const type = typeof body === 'string' ? 'text/plain;charset=UTF-8' : 'application/json';
  const content = body === undefined ? {} : { 'content-type': type };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, ca, headers: { ...content, ...headers }, family: 4 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => {
        const bytes = Buffer.concat(chunks);
        const isPacked = response.headers['content-encoding'] === 'gzip' && bytes.length > 0;
        const text = (isPacked ? gunzipSync(bytes) : bytes).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    sent.once('error', reject);
    sent.end(typeof body === 'object' ? JSON.stringify(body) : body);
  });
}
