import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import chromium from '@sparticuz/chromium';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
  chromium as playwright,
} from 'playwright-core';

/** Flags of the packaged Chromium that a test must not have: they switch off what a page has to obey, or are fragile. */
const unwantedFlags = new Set([
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--single-process',
  // Without it each page starts from a process that holds Chromium already, and need not load it from the disk.
  '--no-zygote',
  // Drawing by a graphics card that a program plays: twice the work of drawing by the processor.
  '--ignore-gpu-blocklist',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
]);

/** The Chromium of this worker, which its test files share: to start one takes longer than most tests. */
let running: Promise<Browser> | undefined;

async function startChromium(): Promise<Browser> {
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args.filter((flag) => !unwantedFlags.has(flag)), '--disable-gpu'],
    headless: true,
    handleSIGTERM: false,
  });
  browser.once('disconnected', () => {
    running = undefined;
  });
  // So a worker is told to end, and given half a second. At the end of a process Playwright ends Chromium and removes its
  // files at once.
  process.once('SIGTERM', () => process.exit());
  return browser;
}

/**
 * A real Chromium from npm, without a window. The caller closes it, and with it every context and page that was opened
 * through it; the process ends with its worker.
 */
export async function openBrowser(): Promise<Browser> {
  running ??= startChromium();
  const browser = await running;
  const contexts = new Set<BrowserContext>();
  async function newContext(options?: BrowserContextOptions): Promise<BrowserContext> {
    const context = await browser.newContext(options);
    contexts.add(context);
    context.once('close', () => contexts.delete(context));
    return context;
  }
  const own: Pick<Browser, 'newContext' | 'newPage' | 'close'> = {
    newContext,
    newPage: async (options) => (await newContext(options)).newPage(),
    close: async () => {
      await Promise.all([...contexts].map((context) => context.close()));
    },
  };
  return Object.assign(Object.create(browser) as Browser, own);
}

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };
/** Longer than any machine needs; every wait ends at its event (ms). */
export const patienceMs = 25_000;

export interface OpenedPage {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Everything that the browser complained about on its console, or that was thrown. */
  readonly complaints: string[];
}

/** An empty page with a browser's storage of its own. */
export async function openPage(browser: Browser, options: BrowserContextOptions): Promise<OpenedPage> {
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
  return { context, page, complaints };
}

let axe: Promise<string> | undefined;

/** The rules of axe-core that depend on colours. A page that is only light in place of dark keeps all others as before. */
export const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/**
 * What axe-core finds wrong on the page, whatever its impact: the rule, where, and what to do.
 *
 * @param only the rules that are tried; all of them when left out.
 */
export async function violationsOf(
  page: Pick<Page, 'evaluate'>,
  only?: readonly string[],
): Promise<readonly string[]> {
  axe ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(await axe);
  const rules = only === undefined ? '' : `, runOnly: ${JSON.stringify(only)}`;
  return page.evaluate(`axe.run(document, { resultTypes: ['violations']${rules} }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target, failureSummary }) =>
      target.flat().join(' ') + ' ' + failureSummary).join(' | ')))`);
}

/** A script that waits for so many frames and one more. What was to be drawn is on the screen by then. */
export const afterFrames = (count: number): string => `new Promise((resolve) => {
  const wait = (frames) => requestAnimationFrame(() => frames > 0 ? wait(frames - 1) : resolve());
  wait(${count});
})`;
