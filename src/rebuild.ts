import { rebuild } from './cli/rebuild.js';

/** `npm run rebuild`, as `consultation-chat rebuild`. */
await rebuild();
