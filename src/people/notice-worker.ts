/**
 * The page's service worker, in a file of its own. It shows notices, because some phones allow nothing else to do that, and
 * brings whoever clicks on one to the page that it came from. Its scope contains no page. So it intercepts no request, stores
 * nothing, and knows only what a page sends it.
 */
import { CLICKED, type NoticeToShow } from './notice-messages.js';

/** The parts of a service worker that are used here. TypeScript's types for pages and for workers cannot be used together. */
interface WorkerScope {
  readonly location: { readonly href: string };
  readonly registration: Pick<ServiceWorkerRegistration, 'showNotification'>;
  readonly clients: {
    matchAll(options: {
      readonly type: 'window';
      readonly includeUncontrolled: true;
    }): Promise<WindowOfPage[]>;
    openWindow(url: string): Promise<unknown>;
  };
  addEventListener(
    type: 'message',
    listener: (event: WorkerEvent & MessageEvent<NoticeToShow>) => void,
  ): void;
  addEventListener(
    type: 'notificationclick',
    listener: (event: WorkerEvent & { readonly notification: Notification }) => void,
  ): void;
}

interface WorkerEvent {
  waitUntil(work: Promise<unknown>): void;
}

interface WindowOfPage {
  readonly id: string;
  readonly url: string;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}

/** The data that a notice carries: the page and the consultation that it came from, and nothing else. */
interface Origin {
  readonly consultationId: string | null;
  readonly pageId: string;
}

const worker = self as unknown as WorkerScope;
const BASE = new URL('./', worker.location.href).href;

worker.addEventListener('message', (event) => {
  const { title, consultationId, ...options } = event.data;
  const data: Origin = { consultationId, pageId: (event.source as unknown as WindowOfPage).id };
  const tell = (isShown: boolean) => () => event.ports[0]?.postMessage(isShown);
  event.waitUntil(
    worker.registration.showNotification(title, { ...options, data }).then(tell(true), tell(false)),
  );
});

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data as Origin));
});

/** Opens the page that the notice came from, or another one of the same server if that page is gone. */
async function lead({ consultationId, pageId }: Origin): Promise<unknown> {
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const pages = windows.filter(({ url }) => isPage(url));
  const page = pages.find(({ id }) => id === pageId) ?? pages[0];
  if (page === undefined)
    return worker.clients.openWindow(
      consultationId === null ? BASE : `${BASE}c/${encodeURIComponent(consultationId)}`,
    );
  page.postMessage({ type: CLICKED, consultationId });
  return page.focus();
}

function isPage(url: string): boolean {
  const [address = ''] = url.split(/[?#]/);
  return address === BASE || address.startsWith(`${BASE}c/`);
}
