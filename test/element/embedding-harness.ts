import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import type { FastifyInstance } from 'fastify';
import { createHttpServer } from '../../src/adapters/http/http-server.js';
import { createSocketIoBroadcaster } from '../../src/adapters/socketio/broadcaster.js';
import { createSocketIoServer } from '../../src/adapters/socketio/chat-server.js';
import { attachToHttpServer } from '../../src/adapters/socketio/http-attachment.js';
import { attachSocketIoTransport } from '../../src/adapters/socketio/transport.js';
import { serverOptions } from '../adapters/http/api-harness.js';
import { ROOT } from '../architecture/documents.js';
import { openConsultation } from '../support/clinic.js';
import { openMemoryApplication } from '../support/memory-application.js';

/** A chat in memory that pages of `origin` may use, with everything that it serves. */
export interface ForeignChat {
  readonly url: string;
  tokenOf(role: 'patient' | 'doctor'): string;
  close(): Promise<unknown>;
}

export async function openForeignChat(origin: string): Promise<ForeignChat> {
  const admits = (): boolean => true;
  const io = createSocketIoServer({ corsOrigin: [origin], admits });
  const memory = openMemoryApplication({
    startAt: Date.now(),
    isOpen: false,
    decorate: () => ({ broadcaster: createSocketIoBroadcaster(io) }),
  });
  const { application, authenticator, logger, metrics } = memory;
  const expiresAt = Date.now() + 86_400_000;
  await openConsultation(application, { consultationId: 'consultation-123', expiresAt });
  attachSocketIoTransport({ io, sessions: application.sessions, logger, metrics });
  const options = serverOptions(memory, {
    pageDirectory: join(ROOT, 'dist/page'),
    people: { emergency: { '*': 'Call 112 at once.' } },
    closeLimitMs: 20,
  });
  const app: FastifyInstance = await createHttpServer({
    ...options,
    api: { ...options.api, corsOrigin: [origin] },
  });
  attachToHttpServer(io, app.server);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    tokenOf: (role) => authenticator.issue({ role, id: `${role}-1` }, null),
    close: async () => {
      await io.close();
      await app.close();
    },
  };
}

const written = (contents: string): Pick<BuildOptions, 'stdin' | 'jsx'> => ({
  stdin: { contents, resolveDir: ROOT, loader: 'tsx', sourcefile: 'app.tsx' },
  jsx: 'automatic',
});

/** What a server renders, by a program that prints it. Packages are those that Node finds. */
export async function rendered(contents: string): Promise<string> {
  const { outputFiles } = await build({
    ...written(contents),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    logLevel: 'silent',
  });
  const options = ['--input-type=module', '-e', outputFiles[0]?.text ?? ''];
  return execFileSync(process.execPath, options, { cwd: ROOT, encoding: 'utf8' }).trim();
}

/** The files that a framework's page is bundled to, by their paths. */
export async function bundled(contents: string): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    ...written(contents),
    alias: {
      'consultation-chat/element': join(ROOT, 'dist/element/index.js'),
      'consultation-chat/client': join(ROOT, 'dist/client/index.js'),
      vue: join(ROOT, 'node_modules/vue/dist/vue.esm-browser.prod.js'),
    },
    define: { 'process.env.NODE_ENV': '"production"' },
    bundle: true,
    splitting: true,
    format: 'esm',
    outdir: '/',
    entryNames: 'app',
    write: false,
    logLevel: 'silent',
  });
  return new Map(outputFiles.map(({ path, text }) => [path, text]));
}
