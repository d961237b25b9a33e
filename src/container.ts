import 'reflect-metadata';
import {
  Container,
  ContainerModule,
  type ContainerModuleLoadOptions,
  type ServiceIdentifier,
} from 'inversify';
import { createIntervalScheduler } from './adapters/interval/interval-scheduler.js';
import { createPinoLogger } from './adapters/pino/pino-logger.js';
import { createPrismaConsultationQueries } from './adapters/prisma/consultation-queries.js';
import { openDatabase } from './adapters/prisma/database.js';
import { createPrismaEventStore } from './adapters/prisma/event-store.js';
import { createPrismaMessageHistory } from './adapters/prisma/message-history.js';
import { createPrismaStateReader } from './adapters/prisma/state-reader.js';
import { createSocketIoBroadcaster } from './adapters/socketio/broadcaster.js';
import { createSocketIoServer } from './adapters/socketio/chat-server.js';
import { attachSocketIoTransport } from './adapters/socketio/transport.js';
import { createSystemClock } from './adapters/system/system-clock.js';
import { createUuidGenerator } from './adapters/system/uuid-generator.js';
import { createApplication } from './application/application.js';
import { createAttendance } from './application/attendance.js';
import { createAvailabilityNotices } from './application/availability-notices.js';
import { createChangeConsultation } from './application/change-consultation.js';
import { createConsultationFiles } from './application/consultation-file.js';
import { createDoctorAvailability } from './application/doctor-availability.js';
import { createExpireConsultations } from './application/expire-consultations.js';
import {
  createConsultationHandler,
  createDoctorHandler,
  createPatientHandler,
} from './application/handlers.js';
import { createJoinConsultation } from './application/join-consultation.js';
import { createLeaveConsultation } from './application/leave-consultation.js';
import { createRegisterPeople } from './application/register-people.js';
import { createSeedDemoData } from './application/seed-demo-data.js';
import { createSendMessage } from './application/send-message.js';
import type { Config } from './config.js';
import { TOKENS } from './tokens.js';

type Bind = ContainerModuleLoadOptions['bind'];
type Identifiers<Dependencies> = {
  readonly [Name in keyof Dependencies]: ServiceIdentifier<Dependencies[Name]>;
};

/** One instance for each container, made by `create` of what the tokens name. */
function provide<Service, Dependencies extends object>(
  bind: Bind,
  service: ServiceIdentifier<Service>,
  create: (dependencies: Dependencies) => Service,
  identifiers: Identifiers<Dependencies>,
): void {
  const names = Object.keys(identifiers) as (keyof Dependencies)[];
  bind(service)
    .toResolvedValue(
      (...values: unknown[]) =>
        create(Object.fromEntries(names.map((name, index) => [name, values[index]])) as Dependencies),
      names.map((name) => identifiers[name]),
    )
    .inSingletonScope();
}

/** What the process and its surroundings give: configuration, time, ids, the log. */
export function systemModule(config: Config): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.config).toConstantValue(config);
    provide(bind, TOKENS.clock, createSystemClock, {});
    provide(bind, TOKENS.ids, createUuidGenerator, {});
    provide(bind, TOKENS.logger, ({ config: { logLevel } }) => createPinoLogger({ level: logLevel }), {
      config: TOKENS.config,
    });
    provide(bind, TOKENS.scheduler, createIntervalScheduler, { logger: TOKENS.logger });
  });
}

/** The log and the read models in the PostgreSQL at `databaseUrl`. */
export function prismaModule(databaseUrl: string): ContainerModule {
  return new ContainerModule(({ bind }) => {
    provide(bind, TOKENS.database, ({ logger }) => openDatabase({ databaseUrl, logger }), {
      logger: TOKENS.logger,
    });
    const { database } = TOKENS;
    provide(bind, TOKENS.eventStore, (given) => createPrismaEventStore(given.database), { database });
    provide(bind, TOKENS.stateReader, (given) => createPrismaStateReader(given.database), { database });
    provide(bind, TOKENS.history, (given) => createPrismaMessageHistory(given.database), { database });
    provide(bind, TOKENS.queries, (given) => createPrismaConsultationQueries(given.database), { database });
  });
}

export const socketIoModule: ContainerModule = new ContainerModule(({ bind }) => {
  const { io, application, logger, config } = TOKENS;
  provide(bind, io, (given) => createSocketIoServer(given.config), { config });
  provide(bind, TOKENS.broadcaster, (given) => createSocketIoBroadcaster(given.io), { io });
  provide(bind, TOKENS.transport, attachSocketIoTransport, { io, application, logger });
});

export const applicationModule: ContainerModule = new ContainerModule(({ bind }) => {
  const { clock, ids, logger, scheduler, broadcaster, eventStore, stateReader, history, queries } = TOKENS;
  const { attendance, availability, consultations, doctors, patients, files, changes, people, notices } =
    TOKENS;

  provide(bind, attendance, createAttendance, {});
  provide(bind, availability, createDoctorAvailability, {});
  provide(bind, consultations, createConsultationHandler, { eventStore, stateReader, clock });
  provide(bind, doctors, createDoctorHandler, { eventStore, stateReader, clock });
  provide(bind, patients, createPatientHandler, { eventStore, stateReader, clock });
  provide(bind, files, createConsultationFiles, { consultations, doctors, patients });
  provide(bind, TOKENS.joinConsultation, createJoinConsultation, {
    files,
    attendance,
    availability,
    notices,
    history,
    broadcaster,
    clock,
  });
  provide(bind, TOKENS.leaving, createLeaveConsultation, { attendance, broadcaster, clock });
  provide(bind, TOKENS.sendMessage, createSendMessage, {
    files,
    consultations,
    availability,
    eventStore,
    broadcaster,
    clock,
    ids,
  });
  provide(bind, changes, createChangeConsultation, { files, consultations, doctors, patients, broadcaster });
  provide(bind, people, createRegisterPeople, { doctors, patients, notices });
  provide(bind, notices, createAvailabilityNotices, {
    attendance,
    consultations,
    doctors,
    availability,
    broadcaster,
    clock,
    scheduler,
    logger,
  });
  provide(bind, TOKENS.expireConsultations, createExpireConsultations, { queries, changes, clock, logger });
  provide(bind, TOKENS.seedDemoData, createSeedDemoData, { people, changes, consultations, clock });
  provide(bind, TOKENS.application, createApplication, {
    attendance,
    changes,
    people,
    joinConsultation: TOKENS.joinConsultation,
    leaving: TOKENS.leaving,
    sendMessage: TOKENS.sendMessage,
    notices,
    expireConsultations: TOKENS.expireConsultations,
  });
});

/** The server as it runs. Nothing is connected, opened or attached before the first `get` that needs it. */
export function createContainer(config: Config, databaseUrl: string): Container {
  const container = new Container();
  container.load(systemModule(config), prismaModule(databaseUrl), socketIoModule, applicationModule);
  return container;
}
