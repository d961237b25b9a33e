import { ChatError } from './chat-error.js';
import { MAX_SILENT_CONNECTIONS, MAX_UNEXPLAINED_FAILURES, MAX_UNKNOWN_SESSIONS } from './limits.js';

/** What failures in a row tell, where one of them says nothing. */
export interface FailureHistory {
  /**
   * @param error why an attempt failed or the connection was lost; undefined where nobody knows.
   * @param hasLasted whether there was a connection that has proved itself before it was lost.
   * @returns the error to tell.
   */
  add(error: ChatError | undefined, hasLasted: boolean): ChatError | undefined;
}

export function createFailureHistory(): FailureHistory {
  let unexplained = 0;
  let silent = 0;
  let unknownSessions = 0;
  return {
    add: (error, hasLasted) => {
      if (isSilent(error)) {
        silent += 1;
        return silent < MAX_SILENT_CONNECTIONS ? undefined : error;
      }
      if (hasLasted) silent = 0;
      if (error?.code === 'client.session_unknown') {
        unknownSessions += 1;
        return unknownSessions < MAX_UNKNOWN_SESSIONS ? undefined : error;
      }
      unknownSessions = 0;
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
