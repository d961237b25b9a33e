import type { LitElement } from 'lit';

/** The element that a room is drawn in: what its parts draw it anew by, and look into. */
export type RoomHost = Pick<LitElement, 'renderRoot' | 'requestUpdate' | 'updateComplete'>;
