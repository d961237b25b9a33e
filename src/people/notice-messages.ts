/** A notice that a page asks its service worker to show. The worker answers on the port that is sent with it whether it has. */
export interface NoticeToShow {
  readonly title: string;
  /** A later notice takes the place of an earlier one with the same tag. */
  readonly tag: string;
  /** Whether a notice makes a sound when it takes the place of another one. */
  readonly renotify: true;
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  /** The consultation that the notice leads to; null for none. */
  readonly consultationId: string | null;
}

/** The type of the message that the worker sends to a page when somebody has clicked on the page's notice. */
export const CLICKED = 'consultation-chat:notice-clicked';
