import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createHttpServer } from '../../../src/adapters/http/http-server.js';
import { createIntervalScheduler } from '../../../src/adapters/interval/interval-scheduler.js';
import { createSilentLogger } from '../../../src/adapters/memory/loggers.js';
import { createSocketIoBroadcaster } from '../../../src/adapters/socketio/broadcaster.js';
import { createSocketIoServer } from '../../../src/adapters/socketio/chat-server.js';
import { attachToHttpServer } from '../../../src/adapters/socketio/http-attachment.js';
import { attachSocketIoTransport } from '../../../src/adapters/socketio/transport.js';
import { createSystemClock } from '../../../src/adapters/system/system-clock.js';
import type { Application } from '../../../src/application/application.js';
import type { Role } from '../../../src/application/ports/identity.js';
import { DAY_MS } from '../../../src/domain/instant.js';
import type { WeeklyWindow } from '../../../src/domain/schedule/weekly-window.js';
import { serverOptions } from '../../adapters/http/api-harness.js';
import { ROOT } from '../../architecture/documents.js';
import { ADMIN, ROUND_THE_CLOCK, say } from '../../support/clinic.js';
import { openMemoryApplication } from '../../support/memory-application.js';

/** The whole server but its database, with the pages as they were built. */
export interface PeopleServer {
  readonly url: string;
  readonly application: Application;
  /** A link that signs somebody in. */
  link(role: Role, id: string, path?: string): string;
  token(role: Role, id: string): string;
  revoke(token: string): void;
  /** Ends the token, and every connection, since somebody’s sign-in has ended. */
  expire(token: string): void;
  open(consultation: Opened): Promise<void>;
  says(consultationId: string, sender: 'user' | 'doctor', content: string): Promise<void>;
  /** Breaks every connection, and takes no new ones until it is called again. */
  cut(isCut: boolean): void;
  close(): Promise<void>;
}

export interface Opened {
  readonly consultationId: string;
  readonly patient: string;
  /** Made of the name when left out. */
  readonly patientId?: string;
  readonly windows?: readonly WeeklyWindow[];
  readonly timeZone?: string;
  readonly doctor?: string;
  readonly lastsMs?: number;
}

/**
 * @param hostOrigins whose pages may hand in tokens.
 * @param pageDirectory where the built pages lie.
 */
export async function openPeopleServer(
  hostOrigins: readonly string[] = [],
  pageDirectory = join(ROOT, 'dist/page'),
): Promise<PeopleServer> {
  let isCut = false;
  const io = createSocketIoServer({ corsOrigin: [], admits: () => !isCut });
  const memory = openMemoryApplication({
    isOpen: false,
    startAt: Date.now(),
    decorate: () => ({
      broadcaster: createSocketIoBroadcaster(io),
      clock: createSystemClock(),
      scheduler: createIntervalScheduler({ logger: createSilentLogger() }),
    }),
  });
  const { application, authenticator, logger, metrics } = memory;
  attachSocketIoTransport({
    io,
    sessions: application.sessions,
    logger,
    metrics,
    connectionLimits: undefined,
  });
  const options = { pageDirectory, closeLimitMs: 20, pageServers: hostOrigins };
  const app = await createHttpServer(serverOptions(memory, options));
  attachToHttpServer(io, app.server);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const token = (role: Role, id: string): string => authenticator.issue({ role, id });

  return {
    url,
    application,
    token,
    link: (role, id, path = '/') => `${url}${path}#token=${token(role, id)}`,
    revoke: authenticator.revoke,
    expire(token) {
      authenticator.expire(token);
      io.emit('error', { code: 'auth.expired', message: 'The sign-in has ended.' });
      io.disconnectSockets(true);
    },
    async open({ consultationId, patient, doctor = 'Dr. Lena Fischer', lastsMs = DAY_MS, ...others }) {
      const { administration } = application;
      const doctorId = idOf(doctor);
      const { patientId = idOf(patient), timeZone = 'Europe/Berlin', windows = ROUND_THE_CLOCK } = others;
      await administration.registerDoctor(ADMIN, { doctorId, name: doctor, timeZone, windows });
      await administration.registerPatient(ADMIN, { patientId, name: patient });
      const until = { expiresAt: Date.now() + lastsMs };
      const opened = await administration.openConsultation(ADMIN, {
        consultationId,
        patientId,
        doctorId,
        until,
      });
      if (opened.outcome === 'refused') throw new Error(`not opened: ${opened.code}`);
    },
    async says(consultationId, sender, content) {
      const said = await say(
        application,
        { consultationId, sender, content, clientMessageId: null },
        { role: 'anyone' },
      );
      if (said.outcome === 'refused') throw new Error(`not said: ${said.code}`);
    },
    cut(cut) {
      isCut = cut;
      if (cut) io.disconnectSockets(true);
    },
    async close() {
      io.disconnectSockets(true);
      await app.close();
    },
  };
}

/** `Dr. Lena Fischer` → `dr-lena-fischer` */
export const idOf = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z]+/g, '-');
