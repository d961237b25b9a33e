import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection } from './connection.js';

/** The requests whose answers have not been sent completely. */
export interface InFlightRequests {
  /**
   * Counts one more request of the connection, and says whether it is too many: too many in flight, or too many in
   * one turn of the event loop.
   */
  isTooMuch(connection: Connection): boolean;
  /** @param answered is called once: when the operating system has the whole answer, or when the connection is gone. */
  add(connection: Connection, request: IncomingMessage, response: ServerResponse, answered: () => void): void;
  count(): number;
}

/** @param busy receives the connections that have requests in flight, or are still sending an answered one. */
export function createInFlightRequests(busy: Set<Connection>, maxAtOnce: number): InFlightRequests {
  let count = 0;
  let turn = 1;
  let isTurnWatched = false;

  /**
   * Counts per turn, too, because requests that are answered at once are never in flight, and a thousand of them
   * would still keep everybody else waiting.
   */
  function countInTurn(connection: Connection): number {
    if (!isTurnWatched) {
      isTurnWatched = true;
      setImmediate(() => {
        isTurnWatched = false;
        turn += 1;
      });
    }
    connection.askedInTurn = connection.turn === turn ? connection.askedInTurn + 1 : 1;
    connection.turn = turn;
    return connection.askedInTurn;
  }

  return {
    isTooMuch: (connection) =>
      countInTurn(connection) > maxAtOnce || (connection.responses?.size ?? 0) >= maxAtOnce,
    add: (connection, request, response, answered) => {
      connection.responses ??= new Map();
      const { socket, responses } = connection;
      connection.latest = request;
      connection.readingOn = null;
      busy.add(connection);
      count += 1;
      const settle = (): void => {
        // When a connection closes, Node emits `close` for none of the responses that wait for others, so the guard
        // calls this for all of them. Only the first call counts.
        if (!responses.delete(response)) return;
        count -= 1;
        answered();
        if (responses.size > 0) return;
        if (request.complete || socket.destroyed) busy.delete(connection);
        else connection.readingOn = { since: performance.now(), bytesBefore: socket.bytesRead };
      };
      responses.set(response, settle);
      response.once('close', settle);
    },
    count: () => count,
  };
}
