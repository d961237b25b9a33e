/** What a page gives its service worker to show. It answers through the port that comes along whether it has shown it. */
export interface NoticeToShow {
  readonly title: string;
  /** A later notice takes the place of an earlier one with the same tag. */
  readonly tag: string;
  /** Whether a notice is heard that takes the place of another one. */
  readonly renotify: true;
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  /** Which it leads to; null for none. */
  readonly consultationId: string | null;
}

/** The type of what the worker sends to the page once somebody has clicked on a notice of its own. */
export const CLICKED = 'consultation-chat:notice-clicked';
