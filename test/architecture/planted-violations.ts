/** A file that breaks one rule of `.dependency-cruiser.cjs`. */
export interface PlantedViolation {
  /** The rule that has to say so. */
  readonly rule: string;
  readonly why: string;
  readonly path: string;
  readonly code: string;
}

export const PLANTED_VIOLATIONS: readonly PlantedViolation[] = [
  {
    rule: 'domain-is-pure',
    why: 'the domain imports an adapter',
    path: 'src/domain/planted-adapter.ts',
    code: `export { createSystemClock } from '../adapters/system/system-clock.js';`,
  },
  {
    rule: 'domain-is-pure',
    why: 'the domain imports a type of the application, which is erased at run time',
    path: 'src/domain/planted-type.ts',
    code: `import type { Clock } from '../application/ports/clock.js';\nexport type Planted = Clock;`,
  },
  {
    rule: 'domain-is-pure',
    why: 'the domain reads files',
    path: 'src/domain/planted-files.ts',
    code: `export { readFile } from 'node:fs/promises';`,
  },
  {
    rule: 'domain-is-pure',
    why: 'the domain uses a package',
    path: 'src/domain/planted-package.ts',
    code: `export { z } from 'zod';`,
  },
  {
    rule: 'application-knows-the-domain',
    why: 'the application validates with zod',
    path: 'src/application/planted-zod.ts',
    code: `export { z } from 'zod';`,
  },
  {
    rule: 'application-knows-the-domain',
    why: 'the application imports a node module by its short name',
    path: 'src/application/planted-node.ts',
    code: `export { randomBytes } from 'crypto';`,
  },
  {
    rule: 'application-knows-the-domain',
    why: 'the application imports a type of an adapter',
    path: 'src/application/planted-type.ts',
    code: `import type { Database } from '../adapters/prisma/connection/database.js';\nexport type Planted = Database;`,
  },
  {
    rule: 'application-knows-the-domain',
    why: 'the application loads an adapter late',
    path: 'src/application/planted-late.ts',
    code: `export const planted = () => import('../adapters/system/system-clock.js');`,
  },
  {
    rule: 'application-knows-the-domain',
    why: 'the application knows the wire',
    path: 'src/application/planted-wire.ts',
    code: `export type { Message } from '../protocol/wire.js';`,
  },
  {
    rule: 'room-answers',
    why: 'the answers know a port',
    path: 'src/application/answers/planted-clock.ts',
    code: `export type { Clock } from '../ports/clock.js';`,
  },
  {
    rule: 'room-ports',
    why: 'a port knows a stream',
    path: 'src/application/ports/planted-command.ts',
    code: `export type { CommandHandler } from '../streams/command-handler.js';`,
  },
  {
    rule: 'room-streams',
    why: 'a stream asks who may reach it',
    path: 'src/application/streams/planted-access.ts',
    code: `export type { Access } from '../lookup/access.js';`,
  },
  {
    rule: 'room-lookup',
    why: 'a lookup asks who is present',
    path: 'src/application/lookup/planted-attendance.ts',
    code: `export type { Attendance } from '../room/attendance.js';`,
  },
  {
    rule: 'room-peers',
    why: 'what knows the other processes tells a room',
    path: 'src/application/peers/planted-publish.ts',
    code: `export type { PublishMessages } from '../room/publish-messages.js';`,
  },
  {
    rule: 'room-room',
    why: 'a live room begins a use case',
    path: 'src/application/room/planted-send.ts',
    code: `export type { SendMessage } from '../conversation/send-message.js';`,
  },
  {
    rule: 'room-conversation',
    why: 'a use case asks whose session it is',
    path: 'src/application/conversation/planted-session.ts',
    code: `export type { Session } from '../sessions/sessions.js';`,
  },
  {
    rule: 'room-administration',
    why: 'the back office borrows a use case of the conversation',
    path: 'src/application/administration/planted-read.ts',
    code: `export type { ReadMessages } from '../conversation/read-messages.js';`,
  },
  {
    rule: 'room-sessions',
    why: 'a session appends past the use cases',
    path: 'src/application/sessions/planted-stream.ts',
    code: `export type { ConsultationHandler } from '../streams/stream-handlers.js';`,
  },
  {
    rule: 'room-sessions',
    why: 'a session changes people',
    path: 'src/application/sessions/planted-people.ts',
    code: `export type { ManageDoctors } from '../administration/manage-doctors.js';`,
  },
  {
    rule: 'room-is-listed',
    why: 'a new room does not say which others it may know',
    path: 'src/application/planted/planted.ts',
    code: `export type { Clock } from '../ports/clock.js';`,
  },
  {
    rule: 'room-is-listed',
    why: 'a file lies beside the rooms of the application',
    path: 'src/application/planted-beside.ts',
    code: `export type { Clock } from './ports/clock.js';`,
  },
  {
    rule: 'protocol-stands-alone',
    why: 'the protocol borrows a type of the domain',
    path: 'src/protocol/planted.ts',
    code: `export type { Sender } from '../domain/consultation/events.js';`,
  },
  {
    rule: 'adapter-edge',
    why: 'what adapters have in common imports one of them',
    path: 'src/adapters/edge/planted-sibling.ts',
    code: `export { createSystemClock } from '../system/system-clock.js';`,
  },
  {
    rule: 'adapter-socketio',
    why: 'an adapter imports its sibling',
    path: 'src/adapters/socketio/planted-sibling.ts',
    code: `export { createSystemClock } from '../system/system-clock.js';`,
  },
  {
    rule: 'adapter-interval',
    why: `an adapter imports a type of another one's technology`,
    path: 'src/adapters/interval/planted-technology.ts',
    code: `import type { Server } from 'socket.io';\nexport type Planted = Server;`,
  },
  {
    rule: 'adapter-socketio',
    why: 'Socket.IO reads the database',
    path: 'src/adapters/socketio/planted-database.ts',
    code: `export { PrismaPg } from '@prisma/adapter-pg';`,
  },
  {
    rule: 'adapter-prisma',
    why: 'an adapter imports the wiring',
    path: 'src/adapters/prisma/planted-wiring.ts',
    code: `export { readConfig } from '../../config.js';`,
  },
  {
    rule: 'adapter-codec',
    why: 'what writes events down reads files',
    path: 'src/adapters/codec/planted-files.ts',
    code: `export { readFile } from 'node:fs/promises';`,
  },
  {
    rule: 'adapter-embedded-postgres',
    why: 'the embedded PostgreSQL is asked past its adapter',
    path: 'src/adapters/embedded-postgres/planted-query.ts',
    code: `export { Client } from 'pg';`,
  },
  {
    rule: 'adapter-cluster',
    why: 'the workers of one machine use a package',
    path: 'src/adapters/cluster/planted-package.ts',
    code: `export { Server } from 'socket.io';`,
  },
  {
    rule: 'adapter-cluster',
    why: 'the workers of one machine know what carries their news',
    path: 'src/adapters/cluster/planted-sibling.ts',
    code: `export { createRedisPeers } from '../redis/redis-peers.js';`,
  },
  {
    rule: 'adapter-redis',
    why: 'Redis stands in for the database',
    path: 'src/adapters/redis/planted-sibling.ts',
    code: `export { openDatabase } from '../prisma/connection/database.js';`,
  },
  {
    rule: 'adapter-demo',
    why: 'the demo checks tokens',
    path: 'src/adapters/demo/planted-tokens.ts',
    code: `export { jwtVerify } from 'jose';`,
  },
  {
    rule: 'adapter-host',
    why: 'what asks the host application knows a web framework',
    path: 'src/adapters/host/planted-fastify.ts',
    code: `export { fastify } from 'fastify';`,
  },
  {
    rule: 'adapter-http',
    why: 'HTTP knows the sockets',
    path: 'src/adapters/http/planted-sibling.ts',
    code: `export { attachSocketIoTransport } from '../socketio/transport.js';`,
  },
  {
    rule: 'adapter-jose',
    why: 'tokens are kept in files',
    path: 'src/adapters/jose/planted-files.ts',
    code: `export { readFile } from 'node:fs/promises';`,
  },
  {
    rule: 'adapter-memory',
    why: 'what is in memory only is written down',
    path: 'src/adapters/memory/planted-files.ts',
    code: `export { writeFile } from 'node:fs/promises';`,
  },
  {
    rule: 'adapter-pino',
    why: 'the log is sent somewhere',
    path: 'src/adapters/pino/planted-http.ts',
    code: `export { request } from 'node:http';`,
  },
  {
    rule: 'adapter-rate-limiter-flexible',
    why: 'what counts requests knows Redis',
    path: 'src/adapters/rate-limiter-flexible/planted-redis.ts',
    code: `export { createClient } from 'redis';`,
  },
  {
    rule: 'adapter-prometheus',
    why: 'the metrics are served by their own server',
    path: 'src/adapters/prometheus/planted-http.ts',
    code: `export { createServer } from 'node:http';`,
  },
  {
    rule: 'adapter-system',
    why: 'the clock is asked of another host',
    path: 'src/adapters/system/planted-http.ts',
    code: `export { get } from 'node:http';`,
  },
  {
    rule: 'adapter-is-listed',
    why: 'a new adapter does not say what it may use',
    path: 'src/adapters/planted/planted.ts',
    code: `export { readFile } from 'node:fs/promises';`,
  },
  {
    rule: 'client-stands-alone',
    why: 'the client library uses the page',
    path: 'src/client/planted.ts',
    code: `export { timeWords } from '../page/time-words.js';`,
  },
  {
    rule: 'browser-page',
    why: 'the page reaches into the domain',
    path: 'src/page/planted.ts',
    code: `export { DAY_MS } from '../domain/instant.js';`,
  },
  {
    rule: 'browser-texts',
    why: 'the texts know the wire',
    path: 'src/texts/planted.ts',
    code: `export type { Message } from '../protocol/wire.js';`,
  },
  {
    rule: 'browser-room',
    why: 'what a room does draws something',
    path: 'src/room/planted.ts',
    code: `export { html } from 'lit';`,
  },
  {
    rule: 'browser-element',
    why: 'the element reaches into the client library',
    path: 'src/element/planted.ts',
    code: `export { createOutbox } from '../client/outbox.js';`,
  },
  {
    rule: 'browser-people',
    why: 'the page for people reaches into the client library',
    path: 'src/people/planted.ts',
    code: `export { createOutbox } from '../client/outbox.js';`,
  },
  {
    rule: 'caches-grow',
    why: 'a use case makes a cache of its own',
    path: 'src/application/room/planted-cache.ts',
    code: `export { LRUCache } from 'lru-cache';`,
  },
  {
    rule: 'container-only-in-its-place',
    why: 'an adapter decorates itself for the container',
    path: 'src/adapters/system/planted-container.ts',
    code: `export { injectable } from 'inversify';`,
  },
  {
    rule: 'nothing-imports-the-wiring',
    why: 'the page imports an entry point',
    path: 'src/page/planted-wiring.ts',
    code: `export { getIO } from '../index.js';`,
  },
  {
    rule: 'wiring-is-listed',
    why: 'a file lies beside the rooms',
    path: 'src/planted.ts',
    code: `export { DAY_MS } from './domain/instant.js';`,
  },
  {
    rule: 'product-does-not-know-its-tests',
    why: 'the product uses what belongs to the tests',
    path: 'src/adapters/memory/planted-test.ts',
    code: `export { planted } from '../../../test/planted.js';`,
  },
  {
    rule: 'installed-with-the-package',
    why: 'the product needs a package that only developers have',
    path: 'src/adapters/http/planted-development.ts',
    code: `export { build } from 'esbuild';`,
  },
  {
    rule: 'resolvable',
    why: 'an import leads nowhere',
    path: 'src/domain/planted-nowhere.ts',
    code: `export { nothing } from './nowhere.js';`,
  },
  {
    rule: 'no-cycles',
    why: 'two files know each other',
    path: 'src/domain/planted-cycle.ts',
    code: `export { b } from './planted-cycle-b.js';\nexport const a = 1;`,
  },
  {
    rule: 'no-orphans',
    why: 'nobody knows the file and it knows nobody',
    path: 'src/domain/planted-orphan.ts',
    code: 'export const planted = 1;',
  },
];

/** What the planted files lean on; nothing is wrong with these. */
export const PROPS: Readonly<Record<string, string>> = {
  'test/planted.ts': 'export const planted = 1;',
  'src/domain/planted-cycle-b.ts': `export { a } from './planted-cycle.js';\nexport const b = 1;`,
};
