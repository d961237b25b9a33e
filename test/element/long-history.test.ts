import { expect, it } from 'vitest';
import { openBrowser, patienceMs } from '../support/browser.js';
import { openScriptedChatServer } from '../support/scripted-chat-server.js';
import { openRoom, type Room } from './element-driver.js';

const COUNT = 10_000;

/** The frames of a scroll from the end to the start, in ms. The room loads nothing meanwhile. */
const SCROLL = `new Promise((resolve) => {
  const stream = document.querySelector('consultation-chat').shadowRoot.querySelector('.stream');
  const frames = []; let last = performance.now(); let step = 0; const height = stream.scrollHeight;
  const next = (at) => { frames.push(at - last); last = at; step += 1;
    if (step > 120) return resolve({ median: frames.sort((a, b) => a - b)[60], worst: frames[frames.length - 2] });
    stream.scrollTop = height * (1 - step / 120); requestAnimationFrame(next); };
  requestAnimationFrame(next);
})`;
/** The elements and bytes that are alive after garbage collection. */
async function costOf({ page }: Room): Promise<Readonly<Record<string, number>>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.send('Performance.enable');
  const { metrics } = await devtools.send('Performance.getMetrics');
  await devtools.detach();
  const of = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  return { nodes: of('Nodes'), heapMB: Math.round(of('JSHeapUsedSize') / 1e5) / 10 };
}

/** Measures the figures of docs/element.md: `CHAT_FIGURES=1 npx vitest run test/element/long-history.test.ts`. */
it.skipIf(process.env['CHAT_FIGURES'] === undefined)(
  'figures of a history of 10,000 messages',
  async () => {
    const browser = await openBrowser();
    const server = await openScriptedChatServer();
    for (let number = 1; number <= COUNT; number += 1)
      server.store(number % 3 === 0 ? 'user' : 'doctor', `Message ${number}, which says a little more.`, {
        unheard: true,
      });
    server.update({ readSeq: { user: COUNT, doctor: COUNT } });
    const room = await openRoom(browser, server);
    await room.opened();
    await room.page.evaluate(
      `document.body.append = (frame) => { document.body.appendChild(frame); frame.contentWindow.print = () => frame.remove(); }`,
    );
    const before = await costOf(room);
    const from = performance.now();
    await room.page.evaluate(`document.querySelector('consultation-chat').print()`);
    await expect.poll(() => room.element.locator('[data-seq="1"]').count(), { timeout: patienceMs }).toBe(1);
    const loadedMs = Math.round(performance.now() - from);
    const after = await costOf(room);
    const figures: Record<string, unknown> = { before, after, loadedMs };
    for (const visibility of ['auto', 'visible']) {
      await room.page.evaluate(`(() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('.block { content-visibility: ${visibility} }');
        const { shadowRoot } = document.querySelector('consultation-chat');
        shadowRoot.adoptedStyleSheets = [...shadowRoot.adoptedStyleSheets, sheet]; })()`);
      figures[visibility] = {
        scroll: await room.page.evaluate(SCROLL),
      };
    }
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    await room.close();
    await browser.close();
    await server.close();
  },
  300_000,
);
