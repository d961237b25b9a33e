import { CLICKED, type NoticeToShow } from './notice-messages.js';

/**
 * Why there are no notifications. `blocked`: the person has forbidden them. `insecure`: the page came without HTTPS.
 * `missing`: the browser has none for it. `failed`: the last one could not be shown.
 */
export type WhyNot = 'blocked' | 'insecure' | 'missing' | 'failed';

/** Notifications of the browser, by whichever way it has. */
export interface Notifications {
  /** null where they can be had, as far as that is known without trying. */
  readonly whyNot: WhyNot | null;
  readonly isAllowed: boolean;
  /** Asks the person, where that has to be done. */
  allow(): Promise<boolean>;
  /** @returns whether the browser has taken it. */
  show(notice: NoticeToShow): Promise<boolean>;
  /** Takes away what is shown with this tag, or is about to be. */
  close(tag: string): void;
  /** Takes back what `show` has set up. */
  leave(): Promise<void>;
}

/** Below it there is no page: the worker is there to show notices, and stands before no request. */
const SCOPE = 'people-notices/';
/** A worker that has not come up or answered by then (ms) does not count. */
const PATIENCE_MS = 10_000;

/**
 * @param base the path that everything of the chat lies below.
 * @param clicked hears which consultation a notification of this page leads to.
 */
export function createNotifications(
  base: string,
  clicked: (consultationId: string | null) => void,
): Notifications {
  const permission = (): NotificationPermission =>
    typeof Notification === 'undefined' ? 'denied' : Notification.permission;
  // There is none in some browsers, and none without HTTPS.
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  let hasFailed = false;
  let lastShown: Promise<unknown> = Promise.resolve();
  /** Of those that the page has shown by itself: the browser tells of none. */
  const own = new Map<string, Notification>();

  workers?.addEventListener('message', ({ data }: MessageEvent<{ readonly type?: unknown } | null>) => {
    if (data?.type === CLICKED)
      clicked((data as unknown as { readonly consultationId: string | null }).consultationId);
  });

  /** Phones have notifications only from there. */
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
      // In a frame of another page the person is not asked, and has nothing to allow.
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
    // Where the browser lets nobody look, there is nothing to take away.
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
