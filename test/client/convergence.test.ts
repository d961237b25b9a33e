import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DrivenChannel } from '../../src/client/channel.js';
import { ChatError } from '../../src/client/chat-error.js';
import { createConnection } from '../../src/client/connection.js';
import type { Environment } from '../../src/client/environment.js';
import { openChannel } from '../../src/client/open-channel.js';
import { type ChatStorage, createMemoryStorage } from '../../src/client/outbox-storage.js';
import type { Message, Sender } from '../../src/protocol/wire.js';
import {
  createModelServer,
  type Faults,
  type ModelServer,
  type ModelTransport,
  NO_FAULTS,
} from './model-server.js';
import { createModelSocket, NO_SIGN_IN_FAULTS, type SignInFaults, tokenOf } from './model-socket.js';
import { createVirtualEnvironment, type VirtualEnvironment } from './virtual-environment.js';

/** A tab or a phone: it can lose its connection, and end without a word and start anew over the same storage. */
interface Device {
  readonly sender: Sender;
  readonly seen: Message[];
  readonly outcomes: Map<string, 'ok' | 'refused' | 'unknown'>;
  readonly written: string[];
  write(content: string): void;
  connect(): void;
  drop(): void;
  reload(): void;
  outboxSize(): number;
}

interface World {
  readonly environment: VirtualEnvironment;
  readonly server: ModelServer;
  readonly maxInFlight: number;
  /** What a channel talks over: a bare connection when left out. It begins anew with each life of a device. */
  readonly openTransport?: (channel: () => DrivenChannel | null, environment: Environment) => ModelTransport;
}

function openDevice(world: World, sender: Sender, storage: ChatStorage): Device {
  const { environment, server, maxInFlight } = world;
  const seen: Message[] = [];
  const outcomes: Device['outcomes'] = new Map();
  const written: string[] = [];
  let driven: DrivenChannel | null = null;
  let transport: ModelTransport | null = null;
  let life = 0;

  function start(): void {
    life += 1;
    const mine = life;
    const ownEnvironment = {
      ...environment,
      // What was due when a page ended never comes.
      setTimeout: (run: () => void, ms: number) =>
        environment.setTimeout(() => void (mine === life && run()), ms),
    };
    const openTransport = world.openTransport ?? server.transport;
    const opened = openTransport(() => (mine === life ? driven : null), ownEnvironment);
    transport = opened;
    driven = openChannel({
      consultationId: 'consultation-1',
      sender,
      from: seen.length,
      maxInFlight,
      storage,
      storagePrefix: `outbox:${sender}`,
      transport: opened,
      environment: ownEnvironment,
      problem: environment.report,
      closed: () => undefined,
    });
    driven.channel.onMessage((message) => void (mine === life && seen.push(message)));
  }

  start();
  return {
    sender,
    seen,
    outcomes,
    written,
    write: (content) => {
      written.push(content);
      outcomes.set(content, 'unknown');
      const mine = life;
      driven?.channel.send(content).then(
        () => void (mine === life && outcomes.set(content, 'ok')),
        (error: unknown) => {
          if (mine !== life) return;
          expect(error).toBeInstanceOf(ChatError);
          outcomes.set(content, 'refused');
        },
      );
    },
    connect: () => transport?.connect(),
    drop: () => transport?.drop(),
    reload: () => {
      driven = null;
      transport?.drop();
      start();
      transport?.connect();
    },
    outboxSize: () => driven?.channel.outbox.length ?? 0,
  };
}

const step = fc.record({
  device: fc.nat(),
  what: fc.oneof(
    { weight: 6, arbitrary: fc.constant('write' as const) },
    { weight: 2, arbitrary: fc.constant('drop' as const) },
    { weight: 3, arbitrary: fc.constant('connect' as const) },
    { weight: 1, arbitrary: fc.constant('reload' as const) },
    { weight: 1, arbitrary: fc.constant('tell head' as const) },
  ),
  pauseMs: fc.integer({ min: 0, max: 200 }),
});

const probability = fc.constantFrom(0, 0.1, 0.5);
const eventFaults = {
  loseEvent: probability,
  repeatEvent: probability,
  lateEvent: probability,
  failRead: probability,
  latencyMs: fc.integer({ min: 1, max: 300 }),
};
const noSendFaults = { putOff: fc.constant(0), fail: fc.constant(0), refuse: fc.constant(0) };
const anySendFaults = { putOff: probability, fail: probability, refuse: probability };

const signInFaults: fc.Arbitrary<SignInFaults> = fc.record({
  failToken: probability,
  staleToken: probability,
  unreachable: probability,
  busy: probability,
  invalid: fc.constantFrom(0, 0.1),
  forget: fc.constantFrom(0, 0.1, 0.3),
  lifetimeMs: fc.integer({ min: 100, max: 5_000 }),
});

interface Scenario {
  readonly seed: number;
  readonly faults: Faults;
  readonly maxInFlight: number;
  readonly steps: readonly { device: number; what: string; pauseMs: number }[];
}

function scenarios(
  sendFaults: typeof anySendFaults,
  maxInFlight: fc.Arbitrary<number>,
): fc.Arbitrary<Scenario> {
  return fc.record({
    seed: fc.integer(),
    faults: fc.record({ ...eventFaults, ...sendFaults }),
    maxInFlight,
    steps: fc.array(step, { maxLength: 40 }),
  });
}

/** Connections that want a token: the library's whole connection over a socket that a model server answers. */
function securedLinks(server: ModelServer, faults: () => SignInFaults) {
  const problems: unknown[] = [];
  const admissions: (() => number)[] = [];
  const openTransport: World['openTransport'] = (channel, environment) => {
    const wire = createModelSocket({ server, environment, faults });
    admissions.push(() => wire.admitted);
    const token = async (): Promise<string> => {
      await new Promise<void>((resolve) => environment.setTimeout(resolve, environment.random() * 100));
      const { failToken, staleToken, lifetimeMs } = faults();
      if (environment.random() < failToken) throw new Error('no token now');
      const lifeMs = environment.random() < staleToken ? -1 : lifetimeMs;
      return tokenOf('patient-1', environment.now() + lifeMs);
    };
    const connection = createConnection({
      url: 'model',
      token,
      sender: null,
      socketOptions: {},
      environment,
      openSocket: () => wire.socket,
      stateChanged: () => undefined,
      connected: () => channel()?.connected(),
      connectionLost: () => channel()?.connectionLost(),
      heard: (event, payload) => channel()?.heard(event, payload),
      traffic: () => undefined,
      problem: (error) => void problems.push(error),
    });
    return {
      ...connection,
      connect: () => {
        if (connection.state().state !== 'online') connection.signIn(token);
      },
      drop: wire.drop,
    };
  };
  return { openTransport, problems, admitted: () => admissions.reduce((sum, count) => sum + count(), 0) };
}

async function play(scenario: Scenario, devicesOf: (world: World) => readonly Device[]) {
  const environment = createVirtualEnvironment(scenario.seed);
  const server = createModelServer(environment);
  const devices = devicesOf({ environment, server, maxInFlight: scenario.maxInFlight });
  for (const device of devices) device.connect();
  server.faults = scenario.faults;
  for (const [index, { device, what, pauseMs }] of scenario.steps.entries()) {
    const actor = devices[device % devices.length];
    if (what === 'write') actor?.write(`text ${index}`);
    else if (what === 'drop') actor?.drop();
    else if (what === 'connect') actor?.connect();
    else if (what === 'reload') actor?.reload();
    else server.tellHead();
    await environment.advance(pauseMs);
  }
  server.faults = NO_FAULTS;
  for (const device of devices) device.connect();
  await environment.advance(120_000);
  server.tellHead();
  await environment.advance(120_000);
  return { server, devices, environment };
}

function expectConverged({ server, devices }: Awaited<ReturnType<typeof play>>): void {
  for (const device of devices) {
    expect(device.seen).toEqual(server.log);
    expect(device.outboxSize()).toBe(0);
  }
  const stored = server.log.map(({ content }) => content);
  expect(new Set(stored).size).toBe(stored.length);
  for (const [content, outcome] of devices.flatMap(({ outcomes }) => [...outcomes])) {
    if (outcome === 'ok') expect(stored).toContain(content);
    if (outcome === 'refused') expect(stored).not.toContain(content);
  }
}

/** Of what each device wrote, what the log holds stands there in the order of writing. */
function expectOrderKept({ server, devices }: Awaited<ReturnType<typeof play>>): void {
  for (const { written } of devices) {
    const own = new Set(written);
    const stored = server.log.map(({ content }) => content).filter((content) => own.has(content));
    expect(stored).toEqual(written.filter((content) => stored.includes(content)));
  }
}

const twoPeople = (world: World): readonly Device[] => [
  openDevice(world, 'user', createMemoryStorage()),
  openDevice(world, 'doctor', createMemoryStorage()),
];

describe('channels over connections that lose, repeat and reorder', () => {
  it('show everybody everything once and in order, and settle every message', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios(anySendFaults, fc.constantFrom(1, 3, 8)), async (scenario) => {
        expectConverged(await play(scenario, twoPeople));
      }),
      { numRuns: 150 },
    );
  });

  it('keep the order of writing across losses and reloads', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios(noSendFaults, fc.constantFrom(1, 3, 8)), async (scenario) => {
        const played = await play(scenario, twoPeople);
        expectConverged(played);
        expectOrderKept(played);
        const written = played.devices.flatMap((device) => device.written);
        expect(played.server.log.map(({ content }) => content).sort()).toEqual(written.sort());
      }),
      { numRuns: 150 },
    );
  });

  it('keep the order of writing whatever the server puts off, one at a time', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios(anySendFaults, fc.constant(1)), async (scenario) => {
        const played = await play(scenario, twoPeople);
        expectConverged(played);
        expectOrderKept(played);
      }),
      { numRuns: 150 },
    );
  });

  it('neither lose nor double in two tabs that share a storage', async () => {
    const twoTabs = (world: World): readonly Device[] => {
      const storage = createMemoryStorage();
      return [openDevice(world, 'user', storage), openDevice(world, 'user', storage)];
    };
    await fc.assert(
      fc.asyncProperty(
        scenarios({ ...noSendFaults, putOff: probability, fail: probability }, fc.constant(8)),
        async (scenario) => {
          const played = await play(scenario, twoTabs);
          expectConverged(played);
          const written = played.devices.flatMap((device) => device.written);
          expect(played.server.log.map(({ content }) => content).sort()).toEqual(written.sort());
        },
      ),
      { numRuns: 100 },
    );
  });

  it('neither lose nor double nor reorder while tokens expire, are refused or cannot be had', async () => {
    await fc.assert(
      fc.asyncProperty(
        scenarios(noSendFaults, fc.constantFrom(1, 3, 8)),
        signInFaults,
        async (scenario, faults) => {
          let played: ReturnType<typeof securedLinks> | undefined;
          const result = await play(scenario, (world) => {
            // The server's other faults end with the steps, and so do these.
            const current = (): SignInFaults =>
              world.server.faults === scenario.faults ? faults : NO_SIGN_IN_FAULTS;
            played = securedLinks(world.server, current);
            return twoPeople({ ...world, openTransport: played.openTransport });
          });
          expectConverged(result);
          expectOrderKept(result);
          const written = result.devices.flatMap((device) => device.written);
          expect(result.server.log.map(({ content }) => content).sort()).toEqual(written.sort());
          // From here on every token is renewed in time: nobody is thrown out again.
          const admitted = played?.admitted();
          await result.environment.advance(600_000);
          expect(played?.admitted()).toBe(admitted);
        },
      ),
      { numRuns: 150 },
    );
  });
});
