import { rebuild } from './cli/rebuild.js';

/** The program of `npm run rebuild`, which does the same as `consultation-chat rebuild`. */
await rebuild();
