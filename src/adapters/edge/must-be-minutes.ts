import { MAX_DURATION_MINUTES } from '../../application/administration/until.js';
import { must } from './must.js';

/** Why a number of minutes is none for which a consultation can take messages. */
export const mustBeMinutes = must(`must be a whole number from 1 to ${MAX_DURATION_MINUTES}`);
