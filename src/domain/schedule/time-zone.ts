import { IANAZone } from 'luxon';
import { type InvalidField, invalidField } from '../decision.js';

/** Names begin with a letter. `+02:00` is an offset, not a place: it has no clock changes, and no IANA list has it. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+\-/]*$/;

/**
 * Names that ICU took from Java 1.1 and that some runtimes still accept. They are not IANA's and they mislead (BST is
 * Bangladesh, IST is India). Newer runtimes refuse them, which would leave a stored schedule without a zone.
 */
const NOT_IANA =
  /^(ACT|AET|AGT|ART|AST|BET|BST|CAT|CNT|CST|CTT|EAT|ECT|IET|IST|JST|MIT|NET|NST|PLT|PNT|PRT|PST|SST|VST|SystemV\/.*)$/i;

/** Null for an IANA name or alias, in any letter case, that this runtime knows. The path is `timeZone`. */
export function checkTimeZone(timeZone: string): InvalidField | null {
  if (ZONE_NAME.test(timeZone) && !NOT_IANA.test(timeZone) && IANAZone.isValidZone(timeZone)) return null;
  return invalidField('timeZone', 'must be the name of an IANA time zone, for instance Europe/Vienna');
}
