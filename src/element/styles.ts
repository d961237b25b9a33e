import { unsafeCSS } from 'lit';
import base from './base.css';
import { conversation } from './styles/conversation-styles.js';
import { foot } from './styles/foot-styles.js';
import { frame } from './styles/frame-styles.js';
import { surroundings } from './styles/surroundings-styles.js';
import { tokens } from './styles/token-styles.js';

/** In this order: what comes later may say something else for narrow rooms, or for paper. */
export const styles = [unsafeCSS(base), tokens, frame, conversation, foot, surroundings];
