import type { DoctorAvailability } from '../client/index.js';
import type { Consultation, WireError } from '../protocol/wire.js';
import { isOpen } from '../room/closed-reason.js';
import type { ConnectionPhase } from '../room/connection-phase.js';
import type { TimelineEntry } from '../room/timeline.js';
import { openingSentence, sentenceForError } from './error-sentences.js';
import type { TimeWords } from './time-words.js';

/** The conditions that may keep somebody in the room from writing, or from being read. */
export interface WritingConditions {
  readonly phase: ConnectionPhase;
  /** Whether the server puts off letting us in. */
  readonly entryDelayed: boolean;
  /** null while unknown. */
  readonly consultation: Consultation | null;
  readonly availability: DoctorAvailability;
  readonly entries: readonly TimelineEntry[];
}

/** Says what keeps people from writing, or from being read; empty if nothing does. @param now epoch ms. */
export function noticeSentence(
  { phase, entryDelayed, consultation, availability, entries }: WritingConditions,
  words: TimeWords,
  now: number,
): string {
  if (phase === 'reconnecting')
    return 'The connection was lost. What you send now goes out as soon as it is back.';
  if (phase === 'signed-out')
    return 'You are not signed in any more. What you send now goes out once you have entered a fresh access token.';
  if (phase === 'offline') return 'You are disconnected. What you send now goes out when you connect again.';
  if (entryDelayed) return 'The server is not ready yet. What you send now goes out as soon as it is.';
  if (consultation !== null && !isOpen(consultation, now)) {
    const code = consultation.status === 'ended' ? 'consultation.inactive' : 'consultation.expired';
    return isRefusalShown(entries, code) ? '' : sentenceForError({ code, message: '' }, words, now);
  }
  if (availability.state !== 'closed' || isRefusalShown(entries, 'doctor.unavailable')) return '';
  return `The doctor is off duty. ${openingSentence(availability.nextOpeningAt, words, now)}`;
}

/** Whether a message already shows this refusal, and so needs no second sentence below it. */
function isRefusalShown(entries: readonly TimelineEntry[], code: WireError['code']): boolean {
  return entries.some((entry) => {
    if (entry.kind !== 'outgoing' || entry.outgoing.progress.state !== 'failed') return false;
    const { failure } = entry.outgoing.progress;
    return failure.kind === 'refused' && failure.error.code === code;
  });
}

/** Says why the page is not connected. @param refusal of the server, if it has answered at all. */
export function unreachableSentence(
  server: string,
  willRetry: boolean,
  refusal: WireError | null,
  words: TimeWords,
  now: number,
): string {
  if (refusal !== null && willRetry) return 'The server does not let us in yet. Trying again.';
  if (refusal !== null) return sentenceForError(refusal, words, now);
  const next = willRetry ? 'Trying again.' : 'Check the address and connect again.';
  return `The server at ${server} cannot be reached. ${next}`;
}
