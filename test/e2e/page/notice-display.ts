import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../architecture/documents.js';

/**
 * A browser without a window has nothing to show notifications on, and refuses each. This stands in for that, and for
 * nothing else: the worker, its registration and its messages are real. `shown` has what was shown; `click(index)` is
 * what a browser does once somebody has clicked, and `led` has where the worker then led to.
 */
const DISPLAY = `
  self.shown = [];
  self.led = [];
  ServiceWorkerRegistration.prototype.showNotification = async (title, options) => {
    if (self.isBroken) throw new TypeError('refused');
    self.shown.push({ title, ...options });
  };
  WindowClient.prototype.focus = async function () { self.led.push({ focused: this.id }); };
  Clients.prototype.openWindow = async (url) => { self.led.push({ opened: url }); };
  self.click = async (index) => {
    const works = [];
    const notification = { data: structuredClone(self.shown[index].data), close() {} };
    self.dispatchEvent(Object.assign(new Event('notificationclick'), { notification, waitUntil: (work) => works.push(work) }));
    await Promise.all(works);
    return self.led.at(-1);
  };
`;

/** For a page: whether the person has allowed notifications is what this says, and the constructor is that of a phone. */
export const PHONE = `window.Notification = class {
  static permission = 'default';
  static async requestPermission() { return Notification.permission = window.answers ?? 'granted'; }
  constructor() { throw new TypeError('Illegal constructor. Use ServiceWorkerRegistration.showNotification() instead.'); }
};`;

/** The built pages, with a worker that has such a display. */
export async function pagesWithDisplay() {
  const folder = await mkdtemp(join(tmpdir(), 'chat-pages-'));
  await cp(join(ROOT, 'dist/page'), folder, { recursive: true });
  const worker = join(folder, 'people-worker.js');
  await writeFile(worker, DISPLAY + (await readFile(worker, 'utf8')));
  await Promise.all(['gz', 'br'].map((ending) => rm(`${worker}.${ending}`)));
  return { folder, remove: () => rm(folder, { recursive: true }) };
}
