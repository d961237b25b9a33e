import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** One open tab of the chat page, by what a person sees of it. */
export interface Tab {
  readonly page: Page;
  /** Everything that the browser complained about: the console, broken requests, the content policy. */
  readonly complaints: readonly string[];
  readonly log: Locator;
  readonly draft: Locator;
  join(): Promise<void>;
  send(text: string): Promise<void>;
  /** The texts of the messages, top to bottom. */
  texts(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export type TabOptions = BrowserContextOptions & { readonly query?: string };

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };

/** Longer than any machine needs; every wait ends at its event. */
const patienceMs = 25_000;

export async function openTab(browser: Browser, url: string, options: TabOptions = {}): Promise<Tab> {
  const { query = '', ...contextOptions } = options;
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    viewport: desktop,
    reducedMotion: 'reduce',
    ...contextOptions,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(`${url}/chat-test-client.html${query}`);
  const log = page.getByRole('log', { name: 'Conversation' });
  const draft = page.getByRole('textbox', { name: 'Message' });

  return {
    page,
    complaints,
    log,
    draft,
    async join() {
      await page.getByRole('button', { name: 'Join', exact: true }).click();
      await log.getByText('You joined').last().waitFor();
    },
    async send(text) {
      await draft.fill(text);
      await draft.press('Enter');
    },
    texts: () => log.locator('.message__bubble').allTextContents(),
    close: () => context.close(),
  };
}

/** Waits until the tab shows exactly these messages. */
export async function expectTexts(tab: Tab, expected: readonly string[]): Promise<void> {
  await expect.poll(() => tab.texts(), { timeout: patienceMs }).toEqual(expected);
}
