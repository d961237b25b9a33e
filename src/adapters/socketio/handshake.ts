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
  /** All may try as often as they like when left out. */
  readonly connectionLimits?: Pick<ConnectionLimits, 'atConnect'> | undefined;
}

/**
 * Asks who a connection is before it is open. A connection without credentials may still say who it is afterwards; one
 * whose credentials prove nothing is refused, which its client hears as `connect_error` with the refusal as `data`.
 */
export function createHandshake(dependencies: HandshakeDependencies) {
  const { sessions, logger, deadlines, connectionLimits } = dependencies;

  async function identify(socket: ChatSocket): Promise<WireError | null> {
    const refusal = (await connectionLimits?.atConnect(socket)) ?? null;
    if (refusal !== null) {
      // Only after the refusal has been sent.
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
      })
      .finally(() => deadlines.settle(pending));
  };
}

/** Ends a connection on which nobody was let in, or nobody has stayed: its owner could keep it for ever. */
export function closeUnused({ client, conn }: ChatSocket): void {
  const namespaces: unknown = Reflect.get(client, 'nsps');
  if (namespaces instanceof Map && namespaces.size === 0) conn.close();
}

/** Socket.IO sends `message` and `data`. */
class RefusedHandshake extends Error {
  override readonly name = 'RefusedHandshake';
  constructor(readonly data: WireError) {
    super(data.message);
  }
}

/** null for a token that is no text. */
function credentialsOf({ handshake }: ChatSocket): Credentials | null {
  const auth: unknown = handshake.auth;
  const given = typeof auth === 'object' && auth !== null && 'token' in auth ? auth.token : null;
  const token = given === undefined || given === '' ? null : given;
  if (token !== null && typeof token !== 'string') return null;
  return { channel: 'socket', token, headers: handshake.headers };
}
