import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection } from './connection.js';

/** The requests that are unanswered, or not answered to the end. */
export interface InFlightRequests {
  /** Whether it asks for more at once than it may: those in flight, or those of one turn of the event loop. */
  isTooMuch(connection: Connection): boolean;
  /** @param answered is called once: when the answer is with the system, or its connection is gone. */
  add(connection: Connection, request: IncomingMessage, response: ServerResponse, answered: () => void): void;
  count(): number;
}

/** @param busy holds the connections that have any, or are still sending what was answered already. */
export function createInFlightRequests(busy: Set<Connection>, maxAtOnce: number): InFlightRequests {
  let count = 0;
  let turn = 1;
  let isTurnWatched = false;

  /** What is answered at once is never under way, and a thousand such would still keep everybody else waiting. */
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
    isTooMuch: (connection) => countInTurn(connection) > maxAtOnce || connection.responses.size >= maxAtOnce,
    add: (connection, request, response, answered) => {
      const { socket, responses } = connection;
      connection.latest = request;
      connection.readingOn = null;
      busy.add(connection);
      count += 1;
      const settle = (): void => {
        // Node does not close those that wait for their turn when their connection is.
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
