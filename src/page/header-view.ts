import type { DoctorAvailability } from '../client/index.js';
import type { Consultation, Sender } from '../protocol/wire.js';
import { isOpen } from '../room/closed-reason.js';
import { initials } from '../room/initials.js';
import { otherSide } from '../room/other-side.js';
import { type AvailabilityPill, describeAvailability } from './availability-words.js';
import { byId, showText } from './dom.js';
import type { TimeWords } from './time-words.js';

export const roleWords: Readonly<Record<Sender, string>> = { user: 'Patient', doctor: 'Doctor' };

export interface HeaderState {
  readonly viewer: Sender;
  /** Null outside of a room. */
  readonly consultation: Consultation | null;
  readonly availability: DoctorAvailability;
  /** Whether the server can be heard. */
  readonly isConnected: boolean;
  /** Whether the other side is in the room now. */
  readonly isOtherPresent: boolean;
  readonly now: number;
}

/** Shows whom the viewer talks with, until when, and whether the doctor is on duty. */
export function renderHeader(
  { viewer, consultation, availability, isConnected, isOtherPresent, now }: HeaderState,
  words: TimeWords,
): void {
  const title = byId('conversation-title', HTMLElement);
  const subtitle = byId('conversation-subtitle', HTMLElement);
  const avatar = byId('partner-avatar', HTMLElement);
  avatar.hidden = consultation === null;
  byId('availability', HTMLElement).hidden = consultation === null;
  if (consultation === null) {
    showText(title, 'No consultation joined');
    showText(subtitle, 'Choose a side and a consultation, then join.');
    return;
  }
  const otherRole: Sender = otherSide(viewer);
  const other = consultation[otherRole];
  showText(title, other.name);
  const presence = isOtherPresent ? 'here now' : 'not here';
  showText(subtitle, `${roleWords[otherRole]}, ${presence} · ${validityWords(consultation, words, now)}`);
  showText(avatar, initials(other.name));
  avatar.hidden = false;
  avatar.toggleAttribute('data-present', isOtherPresent);
  // The doctor may be on duty, but no longer for this consultation.
  const pill: AvailabilityPill = isOpen(consultation, now)
    ? describeAvailability(availability, words, now, isConnected)
    : { tone: 'quiet', headline: 'Closed', detail: 'reading only' };
  byId('availability', HTMLElement).dataset['tone'] = pill.tone;
  showText(byId('availability-headline', HTMLElement), pill.headline);
  showText(byId('availability-detail', HTMLElement), pill.detail === '' ? '' : `· ${pill.detail}`);
}

/** `open until 18:40`, `open until tomorrow at 12:03`, `ended`, `ran out yesterday at 12:03` */
export function validityWords(consultation: Consultation, words: TimeWords, now: number): string {
  const expiresAt = Date.parse(consultation.expiresAt);
  const end = words.moment(expiresAt, now);
  switch (consultation.status) {
    case 'open':
      if (expiresAt <= now) return `ran out ${end}`;
      return `open until ${words.dayKey(expiresAt) === words.dayKey(now) ? words.clock(expiresAt) : end}`;
    case 'ended':
      return 'ended';
    case 'expired':
      return `ran out ${end}`;
  }
}

/** A sentence on what a change means to the two parties; empty when nothing that they would notice has changed. */
export function changeSentence(
  before: Consultation | null,
  after: Consultation,
  words: TimeWords,
  now: number,
): string {
  if (before?.status !== after.status) {
    if (after.status === 'ended') return 'The consultation was ended';
    if (after.status === 'expired') return 'The consultation has run out';
    return before === null ? '' : 'The consultation is open again';
  }
  if (before.expiresAt === after.expiresAt) return '';
  return `Open until ${words.moment(Date.parse(after.expiresAt), now)} now`;
}
