import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openPage, patienceMs } from '../../support/browser.js';

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

export async function openTab(browser: Browser, url: string, options: TabOptions = {}): Promise<Tab> {
  const { query = '', ...contextOptions } = options;
  const { context, page, complaints } = await openPage(browser, contextOptions);
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
