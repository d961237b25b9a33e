import type { Scheduler as Interleaving } from 'fast-check';
import { createMemoryLog, type MemoryLog } from '../../src/adapters/memory/memory-log.js';
import { createVirtualTime, type VirtualTime } from '../../src/adapters/memory/virtual-time.js';
import type { Application } from '../../src/application/application.js';
import type { Broadcaster } from '../../src/application/ports/broadcaster.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import type { Notification } from '../../src/application/ports/notification.js';
import type { Session } from '../../src/application/sessions/sessions.js';
import { DAY_MS, MINUTE_MS } from '../../src/domain/instant.js';
import { ADMIN, daily, openConsultation } from '../support/clinic.js';
import { openMemoryApplication, type Ports } from '../support/memory-application.js';
import { Device, type Line, LineCut } from './device.js';

export type StoreFault = 'before' | 'after';

/** Breaks a port on purpose, to see that the invariants notice. */
export type Defect = (ports: Ports) => Partial<Ports>;

interface Server {
  readonly application: Application;
  isDead: boolean;
  stop(): Promise<void>;
}

const START = '2026-03-02T10:00:00.000Z';
const TICK_MS = MINUTE_MS;

/** A clinic whose network, database and process fail, in an order that fast-check chooses and can shrink. */
export class World {
  readonly log: MemoryLog = createMemoryLog();
  readonly time: VirtualTime = createVirtualTime(Date.parse(START));
  readonly devices: readonly Device[] = [
    new Device('patient-phone', 'consultation-1', 'user'),
    new Device('patient-laptop', 'consultation-1', 'user'),
    new Device('doctor-desk', 'consultation-1', 'doctor'),
    new Device('other-patient', 'consultation-2', 'user'),
    new Device('other-doctor', 'consultation-2', 'doctor'),
  ];
  private server: Server;
  private readonly storeFaults: StoreFault[] = [];
  private lines = 0;
  private incarnations = 0;
  private readonly deliveries = new Set<Promise<void>>();
  private readonly inboxes = new Map<string, (notification: Notification) => void>();
  private readonly sessions = new Map<string, Session>();

  constructor(
    private readonly interleaving: Interleaving,
    private readonly defect: Defect = () => ({}),
  ) {
    this.server = this.startServer();
  }

  readonly consultations = ['consultation-1', 'consultation-2'] as const;
  /** Of these the server learns with its next append: those present are not told before. */
  readonly changedElsewhere = new Set<string>();
  /** Virtual milliseconds that have passed. */
  livedMs = 0;

  async advance(ms: number): Promise<void> {
    this.livedMs += ms;
    await this.time.advance(ms);
  }

  get application(): Application {
    return this.server.application;
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
  }

  /** Resolves when all that was sent has arrived. */
  async delivered(): Promise<void> {
    while (this.deliveries.size > 0) await Promise.all(this.deliveries);
  }

  /** `kill -9`: what has not reached the log is gone, and so is every connection. */
  crash(): void {
    this.server.isDead = true;
    void this.server.stop();
    for (const device of this.devices) device.disconnect();
    this.inboxes.clear();
    this.sessions.clear();
    this.server = this.startServer();
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
    const { server } = this;
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
    };
    return device.connect(line);
  }

  disconnect(device: Device): void {
    for (const connectionId of [...this.inboxes.keys()]) {
      if (!connectionId.startsWith(`${device.name}#`)) continue;
      this.inboxes.delete(connectionId);
      this.sessions.get(connectionId)?.close();
      this.sessions.delete(connectionId);
    }
    device.disconnect();
  }

  private startServer(): Server {
    this.incarnations += 1;
    const { log, time } = this;
    const state = { isDead: false };
    const isDead = (): boolean => state.isDead;
    const { application } = openMemoryApplication({
      log,
      time,
      idPrefix: `server-${this.incarnations}`,
      decorate: (own) => {
        const ports = {
          ...own,
          eventStore: this.unreliable(own.eventStore, isDead),
          broadcaster: this.network(isDead),
          stateReader: this.slow(own.stateReader, 'load'),
          history: this.slow(own.history, 'read history'),
        };
        return { ...ports, ...this.defect(ports) };
      },
    });
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
      await Promise.all([...jobs.map((job) => job.stop()), application.jobs.stopAnnouncing()]);
    };
    return Object.assign(state, { application, stop });
  }

  /** Answers late, in the order of the calls; fails before or after it has stored; dies with its server. */
  private unreliable(inner: EventStore, isDead: () => boolean): EventStore {
    const broken = new WeakSet<object>();
    let last: Promise<unknown> = Promise.resolve();
    const store: EventStore['append'] = async (request) => {
      const { decisionChain } = request;
      if (isDead()) throw new Error('the server is dead');
      if (decisionChain !== undefined && broken.has(decisionChain)) return { outcome: 'conflict' };
      const fault = this.storeFaults.shift();
      if (fault !== undefined && decisionChain !== undefined) broken.add(decisionChain);
      if (fault === 'before') throw new Error('the database went away');
      const outcome = await inner.append(request);
      if (fault === 'after') throw new Error('the database went away after the commit');
      return outcome;
    };
    const append: EventStore['append'] = async (request) => {
      const stored = last.then(async () => {
        await this.interleaving.schedule(Promise.resolve(), 'append');
        return store(request);
      });
      last = stored.catch(() => undefined);
      const outcome = await stored;
      await this.interleaving.schedule(Promise.resolve(), 'append answered');
      return outcome;
    };
    return { ...inner, append };
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
    };
  }
}

/** Who manages the clinic in the simulation. */
export const MANAGER = ADMIN;
