import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openPage, patienceMs, violationsOf } from '../../support/browser.js';

/** The page of patients and doctors, by what a person sees of it. */
export interface PeopleTab {
  readonly page: Page;
  /** Everything that the browser complained about: the console, broken requests, the content policy. */
  readonly complaints: string[];
  readonly items: Locator;
  readonly draft: Locator;
  readonly stream: Locator;
  item(name: string): Locator;
  send(text: string): Promise<void>;
  /** What axe-core finds wrong, whatever its impact. */
  violations(only?: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Waits until what a person sees is as it is to be, however busy the machine. */
export const eventually = (read: () => Promise<unknown>) => expect.poll(read, { timeout: patienceMs });

export const tiny = { width: 320, height: 256 };

export type PeopleTabOptions = BrowserContextOptions & {
  /** Runs before the page's own scripts. */
  readonly before?: string;
};

export async function openPeople(
  browser: Browser,
  address: string,
  { before, ...options }: PeopleTabOptions = {},
): Promise<PeopleTab> {
  const { context, page, complaints } = await openPage(browser, options);
  if (before !== undefined) await page.addInitScript(before);
  await page.goto(address);
  // Until the room is entered, its head says that it is connecting; what is written then waits.
  const draft = page
    .locator('.room:not(:has(.duty:has-text("…"))) .composer')
    .getByRole('textbox', { name: /^(Message|Nachricht|رسالة)$/ });
  const items = page.locator('.item');
  return {
    page,
    complaints,
    items,
    draft,
    stream: page.locator('consultation-chat .stream'),
    item: (name) => items.filter({ hasText: name }),
    async send(text) {
      await draft.fill(text);
      await page.locator('consultation-chat .send').click();
    },
    violations: (only) => violationsOf(page, only),
    close: () => context.close(),
  };
}
