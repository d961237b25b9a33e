import { IANAZone } from 'luxon';
import { type InvalidField, invalidField } from '../decision.js';

/** Names begin with a letter. `+02:00` is an offset, not a place: it knows no daylight saving, and no IANA list has it. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+\-/]*$/;

/** Whether the zone is one that this runtime's time zone data knows; the path is `timeZone`. */
export function checkTimeZone(timeZone: string): InvalidField | null {
  if (ZONE_NAME.test(timeZone) && IANAZone.isValidZone(timeZone)) return null;
  return invalidField('timeZone', 'must be the name of an IANA time zone, for instance Europe/Vienna');
}
