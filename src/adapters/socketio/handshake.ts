import type { Credentials } from '../../application/ports/identity.js';
import type { Logger } from '../../application/ports/logger.js';
import type { Sessions } from '../../application/sessions/sessions.js';
import type { WireError } from '../../protocol/wire.js';
import type { AnswerDeadlines } from './answer-deadlines.js';
import type { ChatSocket } from './chat-server.js';
import type { ConnectionLimits } from './connection-limits.js';
import { serverError, toWireError } from './shapes/wire-error.js';

export interface HandshakeDependencies {
  readonly sessions: Pick<Sessions, 'authenticate' | 'malformed'>;
  readonly logger: Logger;
  readonly deadlines: AnswerDeadlines;
  /** Limits how often a client may ask to be let in. When left out, nothing limits it. */
  readonly connectionLimits?: Pick<ConnectionLimits, 'atConnect'> | undefined;
}

/**
 * Finds out who a connection is before it is opened. A connection without credentials is let in, and may say later
 * who it is. One with bad credentials is refused; its client hears `connect_error` with the refusal as `data`.
 */
export function createHandshake(dependencies: HandshakeDependencies) {
  const { sessions, logger, deadlines, connectionLimits } = dependencies;

  async function identify(socket: ChatSocket): Promise<WireError | null> {
    const refusal = (await connectionLimits?.atConnect(socket)) ?? null;
    if (refusal !== null) {
      // The connection is closed only after the refusal has been sent.
      setImmediate(() => closeUnused(socket));
      return toWireError(refusal);
    }
    const credentials = credentialsOf(socket);
    const answer =
      credentials === null ? sessions.malformed('socket') : await sessions.authenticate(credentials);
    if (answer.outcome === 'signed_in') {
      socket.data.identity = answer.identity;
      return null;
    }
    return answer.code === 'auth.required' ? null : toWireError(answer);
  }

  return (socket: ChatSocket, next: (error?: Error) => void): void => {
    const connectionId = socket.id;
    let isAnswered = false;
    const answer = (refusal: WireError | null): void => {
      if (isAnswered) return;
      isAnswered = true;
      deadlines.settle(pending);
      if (refusal === null) {
        next();
        return;
      }
      logger.debug('handshake.refused', { connectionId, code: refusal.code });
      next(new RefusedHandshake(refusal));
    };
    const pending = {
      dueAt: Number.POSITIVE_INFINITY,
      expire: () => {
        logger.warn('handshake.timed_out', { connectionId });
        answer(serverError());
      },
    };
    deadlines.start(pending);
    identify(socket)
      .then(answer)
      .catch((error: unknown) => {
        logger.error('handshake.failed', error, { connectionId });
        answer(serverError());
      });
  };
}

/** Ends a connection that was not let in, or that has left again: its client could keep it open for ever. */
export function closeUnused({ client, conn }: ChatSocket): void {
  const namespaces: unknown = Reflect.get(client, 'nsps');
  if (namespaces instanceof Map && namespaces.size === 0) conn.close();
}

/** An error as Socket.IO sends it to the client: `message` and `data`. */
class RefusedHandshake extends Error {
  override readonly name = 'RefusedHandshake';
  constructor(readonly data: WireError) {
    super(data.message);
  }
}

/** Returns null if the token is not text. */
function credentialsOf({ handshake }: ChatSocket): Credentials | null {
  const auth: unknown = handshake.auth;
  const given = typeof auth === 'object' && auth !== null && 'token' in auth ? auth.token : null;
  const token = given === undefined || given === '' ? null : given;
  if (token !== null && typeof token !== 'string') return null;
  return { channel: 'socket', token, headers: handshake.headers };
}
