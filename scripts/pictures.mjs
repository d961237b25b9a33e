// Takes the pictures of the pages that the documents show, of a server in demo mode with fresh demo data:
//
//     DATA_DIR=$(mktemp -d) npm start        # in one terminal
//     node scripts/pictures.mjs http://127.0.0.1:3000
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import { io } from 'socket.io-client';

const [url = 'http://127.0.0.1:3000'] = process.argv.slice(2);
const FOLDER = fileURLToPath(new URL('../docs/images/', import.meta.url));

const SAID = [
  ['consultation-456', 'user', 'Good morning. The new tablets make me a little dizzy when I stand up.'],
  ['consultation-456', 'user', 'Should I go on taking them?'],
  ['consultation-123', 'user', 'Good morning, Dr. Fischer. The rash on my arm is back since yesterday.'],
  [
    'consultation-123',
    'doctor',
    'Good morning. Does it itch, and have you changed anything, soap for instance?',
  ],
  ['consultation-123', 'user', 'It itches, mostly at night. And yes: a new washing powder.'],
  [
    'consultation-123',
    'doctor',
    'Then please go back to the old one, and use the cream from last time twice a day.',
  ],
  ['consultation-123', 'user', 'Thank you! I will write again on Friday.'],
];

async function say(consultationId, sender, content) {
  const socket = io(url, { auth: { sender }, forceNew: true });
  await socket.emitWithAck('join_consultation', { consultationId, sender });
  const answer = await socket.emitWithAck('send_message', { consultationId, sender, content });
  socket.disconnect();
  if (!answer.ok) throw new Error(answer.error.message);
}

for (const said of SAID) await say(...said);
const browser = await playwright.launch({
  executablePath: await chromium.executablePath(),
  args: chromium.args.filter((flag) => flag !== '--single-process'),
});

async function picture(name, person, path, viewport) {
  const context = await browser.newContext({
    viewport,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    deviceScaleFactor: 2,
    hasTouch: viewport.width < 500,
  });
  const page = await context.newPage();
  await page.goto(`${url}${path}#token=demo~${person}`);
  await page.locator('consultation-chat .composer, consultation-chat .closed').waitFor();
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  await context.close();
}

const desktop = { width: 1280, height: 720 };
const phone = { width: 390, height: 844 };
await picture('inbox', 'doctor~doctor-1', '/c/consultation-123', desktop);
await picture('waiting-room', 'patient~patient-2', '/c/consultation-456', phone);
await picture('off-duty', 'patient~patient-1', '/c/consultation-off-hours', phone);
await browser.close();
