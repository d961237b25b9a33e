import type { WireError } from '../protocol/wire.js';
import type { Failure } from '../room/failure.js';
import type { TimeWords } from './time-words.js';

const fieldSentences: Readonly<Record<string, string>> = {
  content: 'A message needs 1 to 4,000 characters.',
  consultationId: 'A consultation id has 1 to 64 letters, digits, hyphens or underscores.',
};

/** One or two sentences for people. Unknown codes fall back to the server's own sentence. */
export function sentenceForError(error: WireError, words: TimeWords, now: number): string {
  switch (error.code) {
    case 'request.invalid':
      return fieldSentences[error.field ?? ''] ?? `The server could not read this request. ${error.message}`;
    case 'consultation.not_found':
      return 'There is no consultation with this id, or you are not part of it.';
    case 'consultation.inactive':
      return 'This consultation has been ended. It takes no more messages.';
    case 'consultation.expired':
      return 'This consultation has run out. It takes no more messages.';
    case 'consultation.forbidden':
      return 'You cannot speak in this role here. Choose the side that you are signed in as.';
    case 'doctor.unavailable':
      return `The doctor is off duty right now. ${openingSentence(error.nextOpeningAt, words, now)}`.trim();
    case 'message.id_conflict':
      return 'The server already has a different message under this id. Edit it to send it as a new one.';
    case 'auth.required':
      return 'This server wants to know who you are. Enter an access token and connect again.';
    case 'auth.invalid':
      return 'The server does not accept this access token. Enter another one and connect again.';
    case 'auth.expired':
      return 'Your sign-in has expired. Enter a fresh access token and connect again.';
    case 'connection.idle':
      return 'Nobody joined a consultation, so the server closed the connection. Joining connects again.';
    case 'rate.limited':
      return `That was a lot at once. ${waitSentence(error.retryAfterMs)}`;
    case 'server.overloaded':
      return `The server is busy. ${waitSentence(error.retryAfterMs)}`;
    case 'server.error':
      return 'Something went wrong on the server. Try again in a moment.';
  }
  // A newer server may know more codes than this page.
  return (error as WireError).message;
}

export function sentenceForFailure(failure: Failure, words: TimeWords, now: number): string {
  if (failure.kind === 'refused') return sentenceForError(failure.error, words, now);
  return 'Too many messages wait to be sent already. Try again when they are through.';
}

/** Returns an empty text if the server did not say. If nothing opens within its horizon, the sentence says so. */
export function openingSentence(
  nextOpeningAt: string | null | undefined,
  words: TimeWords,
  now: number,
): string {
  if (nextOpeningAt === undefined) return '';
  if (nextOpeningAt === null) return 'No opening is planned within the next year.';
  return `Messages can be sent again from ${words.moment(Date.parse(nextOpeningAt), now)} (your time).`;
}

function waitSentence(retryAfterMs: number | undefined): string {
  if (retryAfterMs === undefined) return 'Try again in a moment.';
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return `Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
}
