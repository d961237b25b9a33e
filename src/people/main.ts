import { openPeoplePage } from './people-page.js';
// Importing this has taken the token of a link out of the address.
import { earlyAnswers } from './start.js';

// The files that are loaded later use these.
export { html, nothing, svg } from 'lit';
export { default as englishOfRoom } from '../texts/en.ftl';
export { default as english } from '../texts/people-en.ftl';

openPeoplePage(earlyAnswers);
