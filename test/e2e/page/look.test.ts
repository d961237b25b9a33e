import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desktop, openBrowser, phone } from '../../support/browser.js';
import { openScriptedChatServer, type ScriptedChatServer } from '../../support/scripted-chat-server.js';
import { openTab } from './page-driver.js';

/**
 * Runs in the page: every visible text whose contrast with the ground below it is under 4.5:1 (WCAG 2.2, 1.4.3), as
 * `ratio text`. Disabled controls are exempt there and here.
 */
const weakTexts = `(() => {
  const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parse = (colour) => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = (top, ground) => [0, 1, 2].map((i) => top[i] * top[3] + ground[i] * (1 - top[3]));
  const groundOf = (node) => {
    if (node === null) return [255, 255, 255];
    const own = parse(getComputedStyle(node).backgroundColor);
    return own[3] === 1 ? own : over(own, groundOf(node.parentElement));
  };
  const opacityOf = (node) => node === null ? 1 : Number(getComputedStyle(node).opacity) * opacityOf(node.parentElement);
  const weak = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const node = walker.currentNode.parentElement;
    if (text === '' || !node.checkVisibility() || node.closest('.visually-hidden, .skip-link, option')) continue;
    if (node.closest(':disabled')) continue;
    const ground = groundOf(node);
    const colour = parse(getComputedStyle(node).color);
    const ink = over([...colour.slice(0, 3), colour[3] * opacityOf(node)], ground);
    const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) weak.push(ratio.toFixed(2) + ' ' + text);
  }
  return weak;
})()`;
const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

describe('the look of the page', () => {
  let browser: Browser;
  let server: ScriptedChatServer;

  beforeAll(async () => {
    browser = await openBrowser();
    server = await openScriptedChatServer();
    server.store('user', `A word that is far too long for a phone: ${'donaudampfschifffahrt'.repeat(12)}`);
    server.store('doctor', 'Good morning.');
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const sizes = { desktop, phone };
  for (const size of ['desktop', 'phone'] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const as of ['patient', 'doctor'] as const) {
        it(`has enough contrast and no sideways scroll: ${size}, ${colorScheme}, ${as}`, async () => {
          const tab = await openTab(browser, server.url, {
            viewport: sizes[size],
            colorScheme,
            query: `?as=${as}`,
          });
          expect(await tab.page.evaluate(weakTexts)).toEqual([]);
          await tab.join();
          server.refuseSends({ code: 'doctor.unavailable', message: 'Closed.', nextOpeningAt: null });
          await tab.send('A question.');
          await tab.log.getByText('Not sent').waitFor();
          server.refuseSends(undefined);
          expect(await tab.page.evaluate(weakTexts)).toEqual([]);
          expect(await tab.page.evaluate(overflow)).toBe(0);
          await tab.page.getByRole('button', { name: 'Event log' }).click();
          expect(await tab.page.evaluate(weakTexts)).toEqual([]);
          expect(await tab.page.evaluate(overflow)).toBe(0);
          expect(tab.complaints).toEqual([]);
          await tab.close();
        });
      }
    }
  }

  it('puts the conversation in the place of the forms on a phone, and gives them back', async () => {
    const tab = await openTab(browser, server.url, { viewport: phone });
    expect(await tab.log.isVisible()).toBe(false);
    await tab.join();
    expect(await tab.page.getByRole('button', { name: 'Leave' }).isVisible()).toBe(false);
    await tab.page.getByRole('button', { name: 'Session settings' }).click();
    await tab.page.getByRole('button', { name: 'Leave' }).click();
    await tab.page.getByRole('button', { name: 'Join', exact: true }).waitFor();
    await tab.close();
  });
});
