// Measures the time until the first message is on screen, on a slow phone: 4× slower processor, 1.6 Mbit/s, 150 ms.
// The server has to be in demo mode. The script gives `consultation-123` a message if it has none:
//
//     node scripts/measure-page.mjs http://127.0.0.1:3000
//
// With `--requests`, each request of each visit is printed, with its beginning and its end.
import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import { io } from 'socket.io-client';

const [url = 'http://127.0.0.1:3000', ...options] = process.argv.slice(2);
const isAsked = (option) => options.includes(option);
const RUNS = 5;
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 204_800, uploadThroughput: 96_000 };

const CONSULTATION = 'consultation-123';
const TOKEN = 'demo~patient~patient-1';

async function makeSureOfMessage() {
  const socket = io(url, { auth: { token: TOKEN }, reconnection: false });
  const ask = async (event, payload) => {
    const answer = await socket.timeout(10_000).emitWithAck(event, payload);
    if (!answer.ok) throw new Error(`${event}: ${answer.error.message}`);
    return answer;
  };
  try {
    await new Promise((resolve, reject) => socket.on('connect', resolve).on('connect_error', reject));
    const { headSeq } = await ask('get_messages', { consultationId: CONSULTATION, limit: 1 });
    if (headSeq > 0) return;
    await ask('send_message', { consultationId: CONSULTATION, sender: 'user', content: 'Good morning.' });
  } finally {
    socket.close();
  }
}

await makeSureOfMessage();
const browser = await playwright.launch({
  executablePath: await chromium.executablePath(),
  args: chromium.args.filter((flag) => flag !== '--single-process'),
});

/** In ms from the beginning of the navigation. */
async function visit(context) {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', SLOW_4G);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.goto(`${url}/c/${CONSULTATION}#token=${TOKEN}`, { waitUntil: 'commit' });
  const seen = await page.waitForFunction(() => {
    const bubble = document.querySelector('consultation-chat')?.shadowRoot?.querySelector('.bubble');
    return bubble == null ? 0 : performance.now();
  });
  const at = Math.round(await seen.jsonValue());
  if (isAsked('--requests')) await printRequests(page);
  await page.close();
  return at;
}

/** Prints when each request began and ended, which shows the ones that wait for others. */
async function printRequests(page) {
  const requests = await page.evaluate(() =>
    ['navigation', 'resource']
      .flatMap((type) => performance.getEntriesByType(type))
      .map(({ name, startTime, responseEnd }) => ({ name, startTime, responseEnd })),
  );
  for (const { name, startTime, responseEnd } of requests)
    process.stdout.write(
      `${startTime.toFixed(0)} to ${responseEnd.toFixed(0)} ms  ${name.replace(url, '')}\n`,
    );
  process.stdout.write('\n');
}

const times = { first: [], again: [] };
for (let run = 0; run < RUNS; run += 1) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true });
  times.first.push(await visit(context));
  times.again.push(await visit(context));
  await context.close();
}
await browser.close();
for (const [visited, all] of Object.entries(times)) {
  all.sort((a, b) => a - b);
  process.stdout.write(`${visited} visit: median ${all[Math.floor(RUNS / 2)]} ms (${all.join(', ')})\n`);
}
