import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openPage, patienceMs, violationsOf } from '../support/browser.js';
import type { ScriptedChatServer } from '../support/scripted-chat-server.js';

/** A page with one `<consultation-chat>`, as a person sees it. */
export interface Room {
  readonly page: Page;
  readonly element: Locator;
  readonly stream: Locator;
  readonly draft: Locator;
  /** Everything that the browser complained about: in the console, of failed requests, by the content policy. */
  readonly complaints: readonly string[];
  /** The element's events, in order, as `type detail`. */
  events(): Promise<readonly string[]>;
  /** Waits until everything that was said is there. */
  opened(): Promise<void>;
  send(text: string): Promise<void>;
  /** What axe-core finds wrong, whatever its impact. */
  violations(only?: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

export type RoomOptions = BrowserContextOptions & {
  /** The element's attributes. By default they name the scripted server and its consultation. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** The CSS of the page around. */
  readonly css?: string;
  /** The server's sentences for emergencies, by language. */
  readonly emergency?: Readonly<Record<string, string>>;
  /** A script that runs before those of the page. */
  readonly before?: string;
};

/** A strict policy: the page may have no scripts and no styles inline. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

const PAGE_CSS = `html, body { margin: 0; height: 100%; }
h1 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
main { height: 100%; } consultation-chat { height: 100%; }`;
const RECORD_EVENTS = `window.told = [];
for (const type of ['unread', 'state', 'message'])
  document.addEventListener(type, (event) => window.told.push(type + ' ' + JSON.stringify(event.detail)));`;

export async function openRoom(
  browser: Browser,
  server: Pick<ScriptedChatServer, 'url'>,
  { attributes = {}, css = '', emergency = {}, before, ...context }: RoomOptions = {},
): Promise<Room> {
  const { context: opened, page, complaints } = await openPage(browser, context);
  if (before !== undefined) await page.addInitScript(before);
  await serveHostPage(page, server.url, { consultation: 'consultation-123', ...attributes }, css, emergency);
  await page.goto(`${server.url}/host.html`);
  const element = page.locator('consultation-chat');
  const draft = element.getByRole('textbox');
  return {
    page,
    element,
    draft,
    stream: element.locator('.stream'),
    complaints,
    events: () => page.evaluate('window.told') as Promise<string[]>,
    async opened() {
      await element.locator('.composer, .closed').first().waitFor();
      const told = (): Promise<unknown> => page.evaluate('window.told.join()');
      await expect.poll(told, { timeout: patienceMs }).toMatch(/"state":"(open|closed)"/);
    },
    async send(text) {
      await draft.fill(text);
      await element.getByRole('button', { name: 'Send' }).click();
    },
    violations: (only) => violationsOf(page, only),
    close: () => opened.close(),
  };
}

async function serveHostPage(
  page: Page,
  url: string,
  attributes: Readonly<Record<string, string>>,
  css: string,
  emergency: Readonly<Record<string, string>>,
): Promise<void> {
  const written = Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');
  const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
    'host.html': [
      'text/html; charset=utf-8',
      `<!doctype html><html lang="${attributes['lang'] ?? 'en'}"><head><title>Clinic</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<link rel="stylesheet" href="host.css"><script src="host.js"></script><script type="module" src="element.js"></script></head>
<body><main><h1>Clinic</h1><consultation-chat${written}></consultation-chat></main></body></html>`,
    ],
    'host.css': ['text/css', PAGE_CSS + css],
    'host.js': ['text/javascript', RECORD_EVENTS],
    'people.json': ['application/json', JSON.stringify({ emergency })],
  };
  for (const [name, [contentType, body]] of Object.entries(files)) {
    await page.route(`${url}/${name}`, (route) =>
      route.fulfill({ contentType, body, headers: { 'content-security-policy': POLICY } }),
    );
  }
}
