import { MAX_DURATION_MINUTES } from '../../application/administration/until.js';
import { must } from './must.js';

/** Says why a consultation cannot take messages for this number of minutes. */
export const mustBeMinutes = must(`must be a whole number from 1 to ${MAX_DURATION_MINUTES}`);
