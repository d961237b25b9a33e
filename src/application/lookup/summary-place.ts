import { MUST_BE_A_CURSOR } from '../answers/answer.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import type { SummaryOrder, SummaryPlace } from '../ports/directory.js';
import { ID_PATTERN } from '../ports/id-generator.js';

/** A place as `placeText` writes it. The instant is in ms since 1970, before the year 10,000. */
const PLACE = /^(waiting|activity) (-?\d{1,15}) (.+)$/;

/** The place as text, for a cursor. */
export function placeText(place: SummaryPlace): string {
  switch (place.by) {
    case 'id':
      return place.consultationId;
    case 'waiting':
      return `waiting ${place.since} ${place.consultationId}`;
    case 'activity':
      return `activity ${place.at} ${place.consultationId}`;
  }
}

/** Reads what `placeText` has written; null for anything else. */
export function placeOfText(order: SummaryOrder, text: string): SummaryPlace | null {
  if (order === 'id') return ID_PATTERN.test(text) ? { by: 'id', consultationId: text } : null;
  const [, by, moment, consultationId = ''] = PLACE.exec(text) ?? [];
  if (!ID_PATTERN.test(consultationId)) return null;
  if (by === 'activity') return { by, at: Number(moment), consultationId };
  return by === 'waiting' && order === 'waiting' ? { by, since: Number(moment), consultationId } : null;
}

/** The refusal of an `after` that `placeText` has not written for this order. */
export const NO_SUCH_PLACE: Refusal = refuse('request.invalid', { field: 'after', reason: MUST_BE_A_CURSOR });
