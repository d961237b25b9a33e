// Before everything else: what a link hands over does not stay in the address.
import { tokenOfLink } from './take-token.js';
import '../element/define.js';
import { openPeoplePage } from './people-page.js';

openPeoplePage(tokenOfLink);
