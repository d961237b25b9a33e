import { openPeoplePage } from './people-page.js';
// What a link hands over has left the address by then.
import { earlyAnswers } from './start.js';

// For the files that come later.
export { html, nothing, svg } from 'lit';
export { default as englishOfRoom } from '../texts/en.ftl';
export { default as english } from '../texts/people-en.ftl';

openPeoplePage(earlyAnswers);
