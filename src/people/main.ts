import { openPeoplePage } from './people-page.js';
// What a link hands over has left the address by then.
import { earlyAnswers } from './start.js';

openPeoplePage(earlyAnswers);
