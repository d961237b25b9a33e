import type { Scheduler as Interleaving } from 'fast-check';
import { createMemoryEventStore } from '../../src/adapters/memory/event-store.js';
import { createMemoryLog, type MemoryLog } from '../../src/adapters/memory/memory-log.js';
import { createVirtualTime, type VirtualTime } from '../../src/adapters/memory/virtual-time.js';
import type { Application } from '../../src/application/application.js';
import type { Broadcaster } from '../../src/application/ports/broadcaster.js';
import type { Notification } from '../../src/application/ports/notification.js';
import type { Scheduler } from '../../src/application/ports/scheduler.js';
import type { Session } from '../../src/application/sessions/sessions.js';
import { isOpenForMessages } from '../../src/domain/consultation/consultation.js';
import { DAY_MS, MINUTE_MS } from '../../src/domain/instant.js';
import { compileSchedule } from '../../src/domain/schedule/compiled-schedule.js';
import { ADMIN, daily, openConsultation } from '../support/clinic.js';
import { openMemoryApplication, type Ports } from '../support/memory-application.js';
import { Bus, type BusDefect, type ServerState } from './bus.js';
import { Device, type Line, LineCut } from './device.js';
import { StoreNotices } from './store-notices.js';
import { createUnreliableStore, type StoreFault, type UnreliableStore } from './unreliable-store.js';

/** Breaks a port on purpose, to see that the invariants notice. */
export type Defect = (ports: Ports) => Partial<Ports>;

interface Server extends ServerState {
  readonly application: Application;
  readonly store: UnreliableStore;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly defect?: Defect | undefined;
  /** Servers that know of each other; with one, there is nothing to know. */
  readonly servers?: number;
  /** Whether the store tells what is stored, or each server what it has stored. */
  readonly isToldByStore?: boolean;
  /** Breaks on purpose what is between the servers. */
  readonly busDefect?: BusDefect | undefined;
}

const START = '2026-03-02T10:00:00.000Z';
const TICK_MS = MINUTE_MS;

/** A clinic whose network, database and process fail, in an order that fast-check chooses and can shrink. */
export class World {
  readonly log: MemoryLog = createMemoryLog();
  readonly time: VirtualTime = createVirtualTime(Date.parse(START));
  readonly devices: readonly Device[] = [
    new Device('patient-phone', 'consultation-1', 'user', 'patient-1'),
    new Device('patient-laptop', 'consultation-1', 'user', 'patient-1'),
    new Device('doctor-desk', 'consultation-1', 'doctor', 'doctor-1'),
    new Device('other-patient', 'consultation-2', 'user', 'patient-2'),
    new Device('other-doctor', 'consultation-2', 'doctor', 'doctor-1'),
  ];
  readonly bus: Bus;
  private readonly servers: Server[] = [];
  private turns = 0;
  private readonly storeFaults: StoreFault[] = [];
  private lines = 0;
  private incarnations = 0;
  private readonly deliveries = new Set<Promise<void>>();
  private readonly inboxes = new Map<string, (notification: Notification) => void>();
  private readonly sessions = new Map<string, Session>();
  private readonly servedBy = new Map<string, Server>();

  constructor(
    private readonly interleaving: Interleaving,
    private readonly options: WorldOptions = {},
  ) {
    const { servers = 1, isToldByStore = false, busDefect: defect } = options;
    this.bus = new Bus({ interleaving, isToldByStore, defect });
    for (let index = 0; index < servers; index += 1) this.servers.push(this.startServer());
  }

  get isCluster(): boolean {
    return this.servers.length > 1;
  }

  readonly consultations = ['consultation-1', 'consultation-2'] as const;
  /** Of these the server learns with its next append: those present are not told before. */
  readonly changedElsewhere = new Set<string>();
  /** The ids of messages that were stored a while after their server had given up, or may yet be. */
  readonly storedLate = new Set<string>();
  /** Virtual milliseconds that have passed. */
  livedMs = 0;

  async advance(ms: number): Promise<void> {
    this.livedMs += ms;
    if (!this.isCluster) return this.time.advance(ms);
    // News take less than a beat, or everybody would take everybody for dead.
    for (let left = ms; left > 0; left -= TICK_MS) {
      await this.time.advance(Math.min(left, TICK_MS));
      await this.bus.delivered();
    }
  }

  /** One after the other, where there are several. */
  get application(): Application {
    return this.nextServer().application;
  }

  private nextServer(): Server {
    this.turns += 1;
    return this.serverAt(this.turns);
  }

  private serverAt(index: number): Server {
    const server = this.servers[index % this.servers.length];
    if (server === undefined) throw new Error('there is a server');
    return server;
  }

  async open(): Promise<void> {
    const expiresAt = this.time.clock.now() + DAY_MS;
    const windows = daily('08:00', '18:00');
    await openConsultation(this.application, { consultationId: 'consultation-1', windows, expiresAt });
    await openConsultation(this.application, {
      consultationId: 'consultation-2',
      patientId: 'patient-2',
      windows,
      expiresAt,
    });
  }

  failNextAppend(fault: StoreFault): void {
    this.storeFaults.push(fault);
  }

  heal(): void {
    this.storeFaults.length = 0;
    this.bus.heal();
  }

  /** Resolves when all that was sent has arrived. */
  async delivered(): Promise<void> {
    while (this.deliveries.size > 0) await Promise.all(this.deliveries);
  }

  /** `kill -9`: every connection is gone, and so is what has not reached the store, or not even that is stored. */
  crash(index = 0, isStillStored = false): void {
    const server = this.serverAt(index);
    server.isDead = true;
    server.store.serverDied(isStillStored);
    void server.stop();
    for (const device of this.devices) {
      const [connectionId] = this.connectionsOf(device);
      if (connectionId === undefined || this.servedBy.get(connectionId) !== server) continue;
      this.inboxes.delete(connectionId);
      this.sessions.delete(connectionId);
      device.disconnect();
    }
    this.servers[this.servers.indexOf(server)] = this.startServer();
  }

  private connectionsOf({ name }: Device): string[] {
    return [...this.inboxes.keys()].filter((id) => id.startsWith(`${name}#`));
  }

  /** Another server's hand in the same log, so that this one's memory is out of date. */
  async elsewhere(
    consultationId: string,
    change: (application: Application) => Promise<unknown>,
  ): Promise<void> {
    this.changedElsewhere.add(consultationId);
    this.incarnations += 1;
    const { log, time } = this;
    await change(
      openMemoryApplication({ log, time, idPrefix: `elsewhere-${this.incarnations}` }).application,
    );
  }

  connect(device: Device): Promise<void> {
    if (device.isConnected) return Promise.resolve();
    this.lines += 1;
    const connectionId = `${device.name}#${this.lines}`;
    const server = this.nextServer();
    this.servedBy.set(connectionId, server);
    let delivered: Promise<void> = Promise.resolve();
    /** A connection keeps its order, events and answers together, however long each packet takes. */
    const deliver = (label: string, arrive: () => void): Promise<void> => {
      delivered = delivered
        .then(() => this.interleaving.schedule(Promise.resolve(), label))
        .then(() => arrive());
      this.deliveries.add(delivered);
      const arrived = delivered;
      void arrived.finally(() => this.deliveries.delete(arrived));
      return arrived;
    };
    this.inboxes.set(connectionId, (notification) => {
      void deliver(`deliver to ${device.name}`, () => device.hear(connectionId, notification));
    });
    const session = server.application.sessions.open(connectionId, {
      caller: { role: 'anyone' },
      expiresAt: null,
    });
    this.sessions.set(connectionId, session);
    const isUp = (): boolean => !server.isDead && this.inboxes.has(connectionId);
    const line: Line = {
      connectionId,
      ask: async (request) => {
        await this.interleaving.schedule(Promise.resolve(), `${device.name} asks`);
        if (!isUp()) throw new LineCut();
        const answer = await request(session);
        await deliver(`${device.name} is answered`, () => {});
        if (!isUp()) throw new LineCut();
        return answer;
      },
      takesMessages: () => (this.isCluster ? this.takesMessages(device.consultationId) : null),
    };
    return device.connect(line);
  }

  disconnect(device: Device): void {
    for (const connectionId of this.connectionsOf(device)) {
      this.inboxes.delete(connectionId);
      this.sessions.get(connectionId)?.close();
      this.sessions.delete(connectionId);
    }
    device.disconnect();
  }

  private takesMessages(consultationId: string): string | null {
    const now = this.time.clock.now();
    const { state, version } = this.log.consultation(consultationId);
    const doctor = this.log.doctor('doctor-1');
    if (doctor.state.status !== 'registered' || !isOpenForMessages(state, now)) return null;
    const isOpen = compileSchedule(doctor.state.schedule).isOpenAt(now);
    return isOpen ? `${now} ${state.status} ${version} ${doctor.version}` : null;
  }

  private startServer(): Server {
    this.incarnations += 1;
    const { log, time } = this;
    const state: ServerState = { isDead: false };
    const joined = (this.options.servers ?? 1) > 1 ? this.bus.join(state) : undefined;
    const isDead = (): boolean => state.isDead;
    const store = createUnreliableStore({
      inner: createMemoryEventStore(log),
      notices: joined?.notices ?? new StoreNotices(() => {}),
      faults: this.storeFaults,
      interleaving: this.interleaving,
      scheduler: time.scheduler,
      storingLate: ({ events }) => {
        for (const event of events) {
          if (event.type === 'MessageSent') this.storedLate.add(event.data.clientMessageId ?? '');
        }
      },
    });
    const { application } = openMemoryApplication({
      log,
      time,
      idPrefix: `server-${this.incarnations}`,
      ...(joined === undefined ? {} : { peers: joined.peers }),
      decorate: (own) => {
        const ports = {
          ...own,
          eventStore: { ...own.eventStore, append: store.append },
          broadcaster: this.network(isDead),
          stateReader: this.slow(own.stateReader, 'load'),
          history: this.slow(own.history, 'read history'),
          directory: this.slow(own.directory, 'read directory'),
          scheduler: beatingSlowly(own.scheduler),
        };
        return { ...ports, ...this.options.defect?.(ports) };
      },
    });
    const leave = application.jobs.joinPeers();
    const jobs = [
      time.scheduler.every(TICK_MS, { name: 'tick', run: application.jobs.announceAvailability }),
      time.scheduler.every(TICK_MS, { name: 'heads', run: application.jobs.announceHeads }),
      time.scheduler.every(TICK_MS, {
        name: 'sweep',
        run: async () => {
          await application.jobs.expireConsultations();
        },
      }),
    ];
    const stop = async (): Promise<void> => {
      await Promise.all([...jobs.map((job) => job.stop()), application.jobs.stopAnnouncing(), leave()]);
    };
    return Object.assign(state, { application, store, stop });
  }

  private slow<Port extends object>(inner: Port, label: string): Port {
    return new Proxy(inner, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return async (...parameters: unknown[]): Promise<unknown> => {
          await this.interleaving.schedule(Promise.resolve(), label);
          const answer: unknown = await Reflect.apply(method, target, parameters);
          await this.interleaving.schedule(Promise.resolve(), `${label} answered`);
          return answer;
        };
      },
    });
  }

  private network(isDead: () => boolean): Broadcaster {
    const rooms = new Map<string, Set<string>>();
    const deliver = (connectionId: string, notification: Notification): void => {
      if (!isDead()) this.inboxes.get(connectionId)?.(structuredClone(notification));
    };
    return {
      admit: (connectionId, consultationId) => {
        rooms.set(consultationId, (rooms.get(consultationId) ?? new Set()).add(connectionId));
      },
      dismiss: (connectionId, consultationId) => void rooms.get(consultationId)?.delete(connectionId),
      publish: (consultationId, notification, except) => {
        for (const connectionId of rooms.get(consultationId) ?? []) {
          if (connectionId !== except) deliver(connectionId, notification);
        }
      },
      notify: deliver,
      disconnect: (connectionId) => {
        const device = this.devices.find(({ name }) => connectionId.startsWith(`${name}#`));
        if (device !== undefined && this.inboxes.has(connectionId)) this.disconnect(device);
      },
      reconnectAll: () => {
        throw new Error('the store has lost nothing');
      },
    };
  }
}

/** A day of beats each second would be all that is simulated: what counts are ticks, not time. */
function beatingSlowly(scheduler: Scheduler): Scheduler {
  return {
    ...scheduler,
    every: (intervalMs, job) => scheduler.every(job.name === 'peers' ? TICK_MS : intervalMs, job),
  };
}

/** Who manages the clinic in the simulation. */
export const MANAGER = ADMIN;
