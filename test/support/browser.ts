import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** Flags of the packaged Chromium that a test must not have: they switch off what a page has to obey, or are fragile. */
const unwantedFlags = new Set([
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--single-process',
]);

/** A real Chromium from npm, without a window. The caller closes it. */
export async function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args.filter((flag) => !unwantedFlags.has(flag)),
    headless: true,
  });
}
