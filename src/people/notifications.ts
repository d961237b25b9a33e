import { CLICKED, type NoticeToShow } from './notice-messages.js';

/**
 * Why there are no notifications. They are `blocked` if the person has forbidden them, `insecure` if the page came without
 * HTTPS, and `missing` if the browser offers none to it. `failed` means that the last one could not be shown.
 */
export type WhyNot = 'blocked' | 'insecure' | 'missing' | 'failed';

/** The browser's notifications, shown in whichever way it supports. */
export interface Notifications {
  /** Why there are none; null if there may be some, as far as that is known without trying. */
  readonly whyNot: WhyNot | null;
  readonly isAllowed: boolean;
  /** Asks the person for permission, if that is necessary. */
  allow(): Promise<boolean>;
  /** @returns whether the browser has taken it. */
  show(notice: NoticeToShow): Promise<boolean>;
  /** Takes away the notification with this tag, even if it is only about to be shown. */
  close(tag: string): void;
  /** Removes the service worker that `show` has registered. */
  leave(): Promise<void>;
}

/** The worker's scope. It contains no page, because the worker only shows notices and must intercept no request. */
const SCOPE = 'people-notices/';
/** A worker that has not started or answered after this long (ms) counts as failed. */
const PATIENCE_MS = 10_000;

/**
 * @param base the path below which the chat is served.
 * @param clicked called with the consultation when somebody clicks on a notification of this page.
 */
export function createNotifications(
  base: string,
  clicked: (consultationId: string | null) => void,
): Notifications {
  const permission = (): NotificationPermission =>
    typeof Notification === 'undefined' ? 'denied' : Notification.permission;
  // Some browsers have no service workers, and none has them without HTTPS.
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  let hasFailed = false;
  let lastShown: Promise<unknown> = Promise.resolve();
  /** The notifications that the page has shown without a worker, because the browser does not list those. */
  const own = new Map<string, Notification>();

  workers?.addEventListener('message', ({ data }: MessageEvent<{ readonly type?: unknown } | null>) => {
    if (data?.type === CLICKED)
      clicked((data as unknown as { readonly consultationId: string | null }).consultationId);
  });

  /** Shows a notice by the service worker, because phones allow no other way. */
  async function showByWorker(notice: NoticeToShow): Promise<void> {
    if (workers === undefined) throw new Error('there are no service workers');
    const registration = await workers.register(`${base}people-worker.js`, { scope: base + SCOPE });
    const worker = await activated(registration);
    const { port1, port2 } = new MessageChannel();
    const isShown = new Promise<boolean>((resolve) => {
      port1.onmessage = ({ data }) => resolve(data === true);
    });
    worker.postMessage(notice, [port2]);
    if (!(await isShown)) throw new Error('the service worker could not show it');
  }

  /** @throws {TypeError} on phones. */
  function showByPage({ title, consultationId, ...options }: NoticeToShow): void {
    const notification = new Notification(title, options);
    own.set(options.tag, notification);
    notification.onclick = () => {
      window.focus();
      notification.close();
      clicked(consultationId);
    };
  }

  async function takeAway(tag: string): Promise<void> {
    await lastShown;
    own.get(tag)?.close();
    own.delete(tag);
    const registration = await workers?.getRegistration(base + SCOPE);
    for (const notification of (await registration?.getNotifications({ tag })) ?? []) notification.close();
  }

  return {
    get whyNot() {
      if (!isSecureContext) return 'insecure';
      if (typeof Notification === 'undefined') return 'missing';
      // In a frame of another page, browsers ask nobody for permission, so there is nothing to allow.
      if (permission() === 'denied') return window.parent === window ? 'blocked' : 'missing';
      return hasFailed ? 'failed' : null;
    },
    get isAllowed() {
      return permission() === 'granted';
    },
    allow: async () => permission() === 'granted' || (await Notification.requestPermission()) === 'granted',
    async show(notice) {
      const shown = within(PATIENCE_MS, showByWorker(notice)).catch(() => showByPage(notice));
      lastShown = shown.catch(() => undefined);
      try {
        await shown;
        hasFailed = false;
      } catch {
        hasFailed = true;
      }
      return !hasFailed;
    },
    // If the browser does not list its notifications, none can be taken away.
    close: (tag) => void takeAway(tag).catch(() => undefined),
    async leave() {
      await (await workers?.getRegistration(base + SCOPE))?.unregister();
    },
  };
}

async function activated({ active, waiting, installing }: ServiceWorkerRegistration): Promise<ServiceWorker> {
  const worker = active ?? waiting ?? installing;
  if (worker === null) throw new Error('the service worker is gone');
  if (worker.state !== 'activated')
    await new Promise<void>((resolve, reject) => {
      worker.addEventListener('statechange', () => {
        if (worker.state === 'activated') resolve();
        if (worker.state === 'redundant') reject(new Error('the service worker could not be set up'));
      });
    });
  return worker;
}

function within<Value>(limitMs: number, work: Promise<Value>): Promise<Value> {
  const limit = new Promise<never>((_resolve, reject) =>
    setTimeout(() => reject(new Error('it took too long')), limitMs),
  );
  return Promise.race([work, limit]);
}
