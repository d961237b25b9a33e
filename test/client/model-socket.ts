import type { DrivenChannel } from '../../src/client/channel.js';
import type { ClientSocket } from '../../src/client/client-socket.js';
import type { Environment } from '../../src/client/environment.js';
import type { WireError } from '../../src/protocol/wire.js';
import type { ModelServer, ModelTransport } from './model-server.js';

/** How often signing in goes wrong, each from 0 to 1. */
export interface SignInFaults {
  /** The application's function for tokens fails, or gives one that has expired. */
  readonly failToken: number;
  readonly staleToken: number;
  /** The server cannot be reached, cannot tell, or takes the token for a forged one. */
  readonly unreachable: number;
  readonly busy: number;
  readonly invalid: number;
  /** A request finds that the token has expired before the server has said so, and so does all that follows it. */
  readonly forget: number;
  /** Of a token that is good, ms. */
  readonly lifetimeMs: number;
}

export const NO_SIGN_IN_FAULTS: SignInFaults = {
  failToken: 0,
  staleToken: 0,
  unreachable: 0,
  busy: 0,
  invalid: 0,
  forget: 0,
  lifetimeMs: 20_000,
};

/** A JSON Web Token as far as anybody looks who has no key. `expiresAt` in epoch ms. */
export function tokenOf(person: string, expiresAt: number): string {
  return `e30.${btoa(JSON.stringify({ sub: person, role: 'patient', exp: expiresAt / 1_000 }))}.unsigned`;
}

function expiryOf(token: string): number {
  const { exp } = JSON.parse(atob(token.split('.')[1] ?? '')) as { exp: number };
  return exp * 1_000;
}

export interface ModelSocketOptions {
  readonly server: ModelServer;
  readonly environment: Environment;
  readonly faults: () => SignInFaults;
}

/** What socket.io-client is to the library, over the connections of a model server that wants a token. */
export interface ModelSocket {
  readonly socket: ClientSocket;
  /** As a network does. */
  drop(): void;
  /** Connections that were let in. */
  readonly admitted: number;
}

export function createModelSocket({ server, environment, faults }: ModelSocketOptions): ModelSocket {
  const handlers = new Map<string, (given?: unknown) => void>();
  const state = { connected: false, active: false, auth: {} as { token?: string } };
  let hear: (event: string, payload: unknown) => void = () => undefined;
  let admitted = 0;
  let epoch = 0;
  /** The token of this connection has expired, and the server has not said so yet. */
  let isOver = false;
  const happens = (probability: number): boolean => environment.random() < probability;
  const later = (ms: number, run: () => void): void => {
    const mine = epoch;
    environment.setTimeout(() => void (mine === epoch && run()), ms);
  };
  const soon = (run: () => void): void => later(1 + Math.floor(environment.random() * 50), run);
  const end: Pick<DrivenChannel, 'connected' | 'connectionLost' | 'heard'> = {
    connected: () => handlers.get('connect')?.(),
    connectionLost: () => handlers.get('disconnect')?.('transport close'),
    heard: (event, payload) => hear(event, payload),
  };
  const transport: ModelTransport = server.transport(() => end as DrivenChannel);

  function verdict(token: string | undefined): WireError | undefined {
    if (happens(faults().busy)) {
      return happens(0.5) ? no('server.error') : { ...no('rate.limited'), retryAfterMs: 700 };
    }
    if (token === undefined) return no('auth.required');
    if (happens(faults().invalid)) return no('auth.invalid');
    return expiryOf(token) <= environment.now() ? no('auth.expired') : undefined;
  }

  function lose(): void {
    if (!state.connected) return;
    epoch += 1;
    state.connected = false;
    transport.drop();
  }

  function expireLater(token: string, mine = epoch): void {
    later(expiryOf(token) - environment.now(), () => {
      if (mine !== epoch || state.auth.token !== token) return;
      hear('error', no('auth.expired'));
      lose();
    });
  }

  function admit(): void {
    const { token } = state.auth;
    state.active = happens(faults().unreachable);
    const data = state.active ? undefined : verdict(token);
    if (state.active || data !== undefined || token === undefined) {
      handlers.get('connect_error')?.(Object.assign(new Error('no'), { data }));
      return;
    }
    admitted += 1;
    isOver = false;
    state.connected = true;
    expireLater(token);
    transport.connect();
  }

  function authenticate(token: string, answer: (given: unknown) => void): void {
    soon(() => {
      const error = isOver ? no('auth.expired') : verdict(token);
      if (error === undefined) {
        state.auth = { token };
        expireLater(token);
      }
      const expiresAt = new Date(expiryOf(token)).toISOString();
      const given =
        error === undefined ? { ok: true, userId: 'p', role: 'patient', expiresAt } : { ok: false, error };
      soon(() => answer(given));
    });
  }

  const socket = {
    get connected() {
      return state.connected;
    },
    get active() {
      return state.active;
    },
    get auth() {
      return state.auth;
    },
    set auth(auth: { token?: string }) {
      state.auth = auth;
    },
    on: (event: string, handler: (given?: unknown) => void) => void handlers.set(event, handler),
    onAny: (handler: (event: string, payload: unknown) => void) => {
      hear = handler;
    },
    connect: () => {
      epoch += 1;
      soon(admit);
    },
    disconnect: () => {
      if (state.connected) lose();
      else epoch += 1;
    },
    emit: (event: string, payload: { token: string }, answer: (given: unknown) => void) => {
      if (event === 'authenticate') return authenticate(payload.token, answer);
      isOver ||= happens(faults().forget);
      if (isOver) return soon(() => answer({ ok: false, error: no('auth.expired') }));
      const mine = epoch;
      void transport.request(event as 'send_message', payload as never).then((given) => {
        if (given !== undefined && mine === epoch) answer(given);
      });
    },
  };
  return {
    socket: socket as unknown as ClientSocket,
    drop: lose,
    get admitted() {
      return admitted;
    },
  };
}

function no(code: WireError['code']): WireError {
  return { code, message: 'No.' };
}
