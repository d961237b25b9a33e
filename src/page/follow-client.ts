import { type ChatClient, ChatError, type ConnectionState } from '../client/index.js';
import { phaseOf, wasOnlineAfter } from '../room/connection-phase.js';
import type { ChatConnectionListener } from './connection-port.js';
import type { LoggedEvent } from './event-log.js';

export interface FollowClientDeps {
  readonly listener: ChatConnectionListener;
  /** Epoch ms. */
  readonly now: () => number;
  /** Hears of a mistake of the page's own. */
  readonly problem: (error: unknown) => void;
}

/** Tells the page, in its own words, what becomes of the connection. */
export function followClient(client: ChatClient, { listener, now, problem }: FollowClientDeps): void {
  const log = (direction: LoggedEvent['direction'], event: string, payload: unknown): void =>
    listener.traffic({ direction, at: now(), event, payload });
  let wasOnline = false;

  function logState(state: ConnectionState): void {
    if (state.state === 'online') log('local', 'connect', {});
    if (state.state === 'offline') log('local', 'disconnect', { willRetry: state.willRetry });
    if (state.state === 'signed_out') log('local', 'signed out', { code: state.error.code });
  }

  client.onState((state) => {
    logState(state);
    wasOnline = wasOnlineAfter(state, wasOnline);
    const phase = phaseOf(state, wasOnline);
    if (phase !== null) listener.phaseChanged(phase);
    // Somebody who has asked for this by disconnecting is not told.
    if (state.state === 'offline' && (state.willRetry || state.error !== undefined)) {
      listener.unreachable(state.willRetry, state.error?.refusal ?? null);
    }
    if (state.state === 'signed_out' && state.error.refusal !== undefined) {
      listener.signedOut(state.error.refusal);
    }
  });
  client.onTraffic(({ direction, event, payload }) => {
    if (direction === 'answer') log('in', `${event} (ack)`, payload);
    else log(direction, event, payload);
  });
  client.onProblem((error) => {
    if (!(error instanceof ChatError)) problem(error);
    else if (error.refusal !== undefined) listener.refused(error.refusal);
  });
}
