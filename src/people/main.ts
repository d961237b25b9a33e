import { openPeoplePage } from './people-page.js';
// What a link hands over has left the address by then.
import { earlyAnswers } from './start.js';

// For the files that come later.
export { html, nothing } from 'lit';

openPeoplePage(earlyAnswers);
