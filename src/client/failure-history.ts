import { ChatError } from './chat-error.js';
import { MAX_SILENT_CONNECTIONS, MAX_UNEXPLAINED_FAILURES, MAX_UNKNOWN_SESSIONS } from './limits.js';

/** Finds out what several failures in a row tell, if one of them says nothing. */
export interface FailureHistory {
  /**
   * @param error why an attempt failed or the connection was lost; undefined if nobody knows.
   * @param hasLasted whether the connection that was lost had been up for `STABLE_CONNECTION_MS`.
   * @returns the error to report.
   */
  add(error: ChatError | undefined, hasLasted: boolean): ChatError | undefined;
}

/** Errors that a single attempt may meet by chance, and how often in a row each has to be met to be reported. */
const DOUBTFUL: ReadonlyMap<string, number> = new Map([
  ['client.not_a_chat', MAX_SILENT_CONNECTIONS],
  ['client.session_unknown', MAX_UNKNOWN_SESSIONS],
]);

export function createFailureHistory(): FailureHistory {
  let unexplained = 0;
  const met = new Map<string, number>();
  return {
    add: (error, hasLasted) => {
      const enough = DOUBTFUL.get(error?.code ?? '');
      if (error !== undefined && enough !== undefined) {
        const times = (met.get(error.code) ?? 0) + 1;
        met.set(error.code, times);
        return times < enough ? undefined : error;
      }
      if (hasLasted) met.clear();
      unexplained = error !== undefined || hasLasted ? 0 : unexplained + 1;
      if (unexplained < MAX_UNEXPLAINED_FAILURES) return error;
      return new ChatError(
        'client.connection_failed',
        'The chat cannot be reached: there is no network, no server at this URL, or it does not admit this page.',
      );
    },
  };
}

/** Whether a connection was given up on which no request was ever answered. */
export function isSilent(error: ChatError | undefined): boolean {
  return error?.code === 'client.not_a_chat';
}
