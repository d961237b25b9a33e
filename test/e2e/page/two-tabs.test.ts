import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../../support/browser.js';
import { openServers, type ServerProcess } from '../../support/server-process.js';
import { demoDatabase } from '../demo-database.js';
import { expectTexts, openTab, type Tab } from './page-driver.js';

/** Two starts of a server, and browsers that wait longer each time they find none. */
const restartLimitMs = 90_000;

const servers = openServers();

describe('two tabs and the real server', () => {
  let browser: Browser;
  let server: ServerProcess;
  let dataDir: string;
  const tabs: Tab[] = [];

  beforeAll(async () => {
    dataDir = await servers.usedDataDir();
    [browser, server] = await Promise.all([openBrowser(), startServer()]);
  });

  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.close();
  });

  afterAll(async () => {
    await browser?.close();
  });

  const startServer = (port = '0'): Promise<ServerProcess> =>
    servers.start({ env: { DATA_DIR: dataDir, PORT: port } });

  async function enter(as: 'patient' | 'doctor', consultationId: string): Promise<Tab> {
    const tab = await openTab(browser, server.url, { query: `?consultation=${consultationId}&as=${as}` });
    tabs.push(tab);
    await tab.join();
    return tab;
  }

  it('finds Socket.IO where its server has put it', async () => {
    const env = { ...(await demoDatabase()), SOCKET_PATH: '/chat/socket.io' };
    const elsewhere = await servers.start({ env });
    const tab = await openTab(browser, elsewhere.url, { query: '?consultation=consultation-123&as=patient' });
    tabs.push(tab);
    await tab.join();
    await tab.send('Hello over there.');
    await expectTexts(tab, ['Hello over there.']);
    await elsewhere.stop();
  });

  it(
    'carries a conversation, also across a restart of the server',
    async () => {
      const doctor = await enter('doctor', 'consultation-123');
      const patient = await enter('patient', 'consultation-123');
      await doctor.log
        .getByText(/ joined/)
        .last()
        .waitFor();
      await patient.page.getByText('Doctor is available', { exact: true }).waitFor();
      await patient.send('Hello, doctor.');
      await expectTexts(doctor, ['Hello, doctor.']);
      await doctor.send('<b>Hello</b> 🙂');
      await expectTexts(patient, ['Hello, doctor.', '<b>Hello</b> 🙂']);
      expect([...doctor.complaints, ...patient.complaints]).toEqual([]);

      const { port } = new URL(server.url);
      await server.stop();
      await patient.page.getByText('The connection was lost.').waitFor();
      await patient.send('Are you still there?');
      server = await startServer(port);
      const all = ['Hello, doctor.', '<b>Hello</b> 🙂', 'Are you still there?'];
      await expectTexts(doctor, all);
      await expectTexts(patient, all);
    },
    restartLimitMs,
  );

  it.each([
    ['consultation-inactive', /has been ended/],
    ['consultation-expired', /has run out/],
    ['consultation-off-hours', /The doctor is off duty right now\. Messages can be sent again from /],
  ])('says in plain words why nothing can be said in %s', async (consultationId, sentence) => {
    const patient = await enter('patient', consultationId);
    await patient.send('Hello?');
    await patient.log.getByText(sentence).waitFor();
    expect(await patient.texts()).toEqual(['Hello?']);
    expect(patient.complaints).toEqual([]);
  });
});
