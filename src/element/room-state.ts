import type { ConnectionState } from '../client/index.js';
import type { ConsultationChatState } from './index.js';
import type { RoomContext } from './room-context.js';

export interface RoomState {
  readonly state: ConsultationChatState;
  readonly reason: string | null;
}

/**
 * The room's state in a word, for the page around.
 *
 * @param before what it was told last: why there is no connection is true until there is one, also while the next try is
 *   under way.
 */
export function stateOf({ model, closed, isTokenAwaited }: RoomContext, before: RoomState): RoomState {
  const { connection } = model;
  if (model.stage === 'refused') return { state: 'refused', reason: model.refusal?.code ?? null };
  if (connection.state === 'signed_out')
    return { state: isTokenAwaited ? 'connecting' : 'signed-out', reason: connection.error.code };
  if (model.isUnreachable || model.phase === 'offline' || model.phase === 'reconnecting')
    return {
      state: 'offline',
      reason: offlineReason(connection) ?? (before.state === 'offline' ? before.reason : null),
    };
  if (model.phase !== 'online' || model.stage === 'entering') return { state: 'connecting', reason: null };
  return closed === null ? { state: 'open', reason: null } : { state: 'closed', reason: closed.kind };
}

const offlineReason = (connection: ConnectionState): string | undefined =>
  connection.state === 'offline' ? connection.error?.code : undefined;
