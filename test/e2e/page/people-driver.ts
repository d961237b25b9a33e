import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

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
  violations(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };
export const tiny = { width: 320, height: 256 };
export const patienceMs = 25_000;

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export type PeopleTabOptions = BrowserContextOptions & {
  /** Runs before the page's own scripts. */
  readonly before?: string;
};

export async function openPeople(
  browser: Browser,
  address: string,
  { before, ...options }: PeopleTabOptions = {},
): Promise<PeopleTab> {
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    viewport: desktop,
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  if (before !== undefined) await page.addInitScript(before);
  await page.goto(address);
  const draft = page.getByRole('textbox', { name: /^(Message|Nachricht|رسالة)$/ });
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
    violations: () => violationsOf(page),
    close: () => context.close(),
  };
}

async function violationsOf(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(await axeSource());
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target.flat().join(' '))))`);
}

let source: Promise<string> | undefined;

async function axeSource(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  source ??= readFile(axePath, 'utf8');
  return source;
}
