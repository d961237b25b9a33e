import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection } from './connection.js';

/** Requests that are not answered to their end. */
export interface UnderWay {
  /** @param answered is called once: when the answer is with the system, or its connection is gone. */
  add(connection: Connection, request: IncomingMessage, response: ServerResponse, answered: () => void): void;
  count(): number;
}

/** @param busy holds the connections that have any, or are still sending what was answered already. */
export function createUnderWay(busy: Set<Connection>): UnderWay {
  let count = 0;
  return {
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
