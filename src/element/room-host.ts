import type { LitElement } from 'lit';

/** The element that a room is drawn in. The parts of the room look into it and ask it to draw again. */
export type RoomHost = Pick<LitElement, 'renderRoot' | 'requestUpdate' | 'updateComplete'>;
