// Before everything else: what a link hands over does not stay in the address.

import { openPeoplePage } from './people-page.js';
import { tokenOfLink } from './take-token.js';

openPeoplePage(tokenOfLink);
