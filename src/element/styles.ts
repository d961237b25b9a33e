import { unsafeCSS } from 'lit';
import base from './base.css';
import { conversation } from './styles/conversation-styles.js';
import { foot } from './styles/foot-styles.js';
import { frame } from './styles/frame-styles.js';
import { host } from './styles/host-styles.js';
import { surroundings } from './styles/surroundings-styles.js';
import { tokens } from './styles/token-styles.js';

/** The order matters, because later sheets change earlier ones for narrow rooms, and for paper. */
export const styles = [unsafeCSS(base), tokens, host, frame, conversation, foot, surroundings];
