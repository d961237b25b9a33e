import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { openBrowser } from '../support/browser.js';
import { openServers, patiently, REPOSITORY, type ServerProcess } from '../support/server-process.js';
import { demoDatabase } from './demo-database.js';

const servers = openServers();

async function startExample(name: string): Promise<ServerProcess> {
  const launched = servers.launch({
    command: [process.execPath, join(REPOSITORY, 'examples', `${name}.mjs`)],
    // Who somebody is, the example says.
    env: { ...(await demoDatabase()), CHAT_AUTH: '' },
  });
  return patiently(() => {
    const url = launched.stdout.find((line) => line.startsWith('http://'));
    if (url === undefined) throw new Error(`${name} does not listen: ${launched.stderr.join('\n')}`);
    return { ...launched, url };
  });
}

async function signIn(url: string, person: string): Promise<Response> {
  return fetch(`${url}/sessions/${person}`, { method: 'POST' });
}

test.each(['express', 'fastify', 'node'])('the example with %s carries a consultation', async (name) => {
  const example = await startExample(name);
  expect((await signIn(example.url, 'stranger')).status).toBe(404);
  const people = await Promise.all(
    ['patient-1', 'doctor-1'].map(async (person) => {
      const { token } = (await (await signIn(example.url, person)).json()) as { token: string };
      const socket = await servers.connect(example.url, { auth: { token } });
      expect(await socket.emitWithAck('join_consultation', 'consultation-123')).toMatchObject({ ok: true });
      return socket;
    }),
  );
  const heard = people.map((socket) => new Promise((resolve) => socket.once('new_message', resolve)));
  const message = { consultationId: 'consultation-123', sender: 'user', content: 'Good morning' };
  expect(await people[0]?.emitWithAck('send_message', message)).toMatchObject({ ok: true });
  for (const one of heard) expect(await one).toMatchObject({ content: 'Good morning', sender: 'user' });
  await expect(servers.connect(example.url, { auth: { token: 'made up' } })).rejects.toThrow();

  const opened = await fetch(`${example.url}/consultations`, { method: 'POST' });
  const { id } = (await opened.json()) as { id: string };
  expect([opened.status, await people[0]?.emitWithAck('join_consultation', id)]).toMatchObject([
    201,
    { ok: true },
  ]);
  expect((await fetch(`${example.url}/chat/readyz`)).status).toBe(200);
  const document = (await (await fetch(`${example.url}/chat/api/openapi.json`)).json()) as {
    servers: unknown;
  };
  expect(document.servers).toEqual([{ url: '/chat' }]);
  expect(await example.stop()).toEqual({ code: 0, signal: null });
});

describe('the page of the example with Express', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  async function enter(url: string, button: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(url);
    await page.getByRole('button', { name: button }).click();
    await page.getByText('The doctor is on duty.').waitFor();
    return page;
  }

  it('shows two people what they write to each other', async () => {
    const { url } = await startExample('express');
    const [patient, doctor] = [await enter(url, 'the patient'), await enter(url, 'the doctor')];
    await patient.getByLabel('Message').fill('My knee hurts.');
    await patient.getByRole('button', { name: 'Send' }).click();
    await doctor.getByText('Alex Morgan: My knee hurts.').waitFor();
    await doctor.getByLabel('Message').fill('Since when?');
    await doctor.getByRole('button', { name: 'Send' }).click();
    await patient.getByText('Dr. Lena Fischer: Since when?').waitFor();
    expect(await patient.locator('#messages li').allTextContents()).toEqual([
      'Alex Morgan: My knee hurts.',
      'Dr. Lena Fischer: Since when?',
    ]);
  });

  it('marks as read what has been on screen, up to the first message that has not', async () => {
    const { url } = await startExample('express');
    const { token } = (await (await signIn(url, 'doctor-1')).json()) as { token: string };
    const read = async (): Promise<unknown> => {
      const headers = { authorization: `Bearer ${token}` };
      const found = await fetch(`${url}/chat/api/v1/consultations/consultation-123`, { headers });
      return ((await found.json()) as { readonly readSeq: { readonly user: number } }).readSeq.user;
    };
    const [patient, doctor] = [await enter(url, 'the patient'), await enter(url, 'the doctor')];
    await patient.addStyleTag({ content: '#messages li { height: 60vh; }' });
    for (const text of ['One', 'Two', 'Three', 'Four']) {
      await doctor.getByLabel('Message').fill(text);
      await doctor.getByRole('button', { name: 'Send' }).click();
      await patient.getByText(`Dr. Lena Fischer: ${text}`).waitFor({ state: 'attached' });
    }
    await expect.poll(read).toBeGreaterThan(0);
    expect(await read()).toBeLessThan(4);
    await patient.evaluate('scrollTo(0, document.body.scrollHeight)');
    await patient.getByText('Dr. Lena Fischer: Three').scrollIntoViewIfNeeded();
    await expect.poll(read).toBe(4);
  });
});
