import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { databaseUrlOf, openServers, patiently, type ServerProcess } from '../support/server-process.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';
import { join, send } from './client.js';
import { isInstalled, makeCertificate, PROXIES, type RunningProxy, startProxy } from './proxy.js';

const servers = openServers();
let server: ServerProcess;
let other: ServerProcess;
/** Of one more process of the same chat. */
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  const dataDir = await servers.usedDataDir();
  const secured = { CHAT_JWT_SECRET: TEST_SECRET, TRUST_PROXY: '1' };
  server = await servers.start({ env: { ...secured, DATA_DIR: dataDir, WORKERS: '1' } });
  const [databaseUrl, ownerUrl] = await Promise.all([
    databaseUrlOf(dataDir, 'server'),
    databaseUrlOf(dataDir, 'owner'),
  ]);
  env = { ...secured, DATABASE_URL: databaseUrl, DATABASE_MIGRATION_URL: ownerUrl };
  other = await servers.start({ env });
});

/** Opens a session of long polling, as a browser that has this cookie. @returns the cookie that it then has. */
async function openPolling(proxy: RunningProxy, token: string, cookie = ''): Promise<string> {
  const path = '/socket.io/?EIO=4&transport=polling';
  const opened = await proxy.ask('GET', path, { cookie });
  expect(opened.status, opened.text).toBe(200);
  const sid = JSON.parse(opened.text.slice(1)).sid;
  const now = opened.headers['set-cookie']?.[0]?.split(';')[0] ?? cookie;
  const signedIn = await proxy.ask(
    'POST',
    `${path}&sid=${sid}`,
    { cookie: now },
    `40${JSON.stringify({ token })}`,
  );
  expect(signedIn.status, signedIn.text).toBe(200);
  return now;
}

for (const { name, program } of PROXIES) {
  const isHere = await isInstalled(program, 'openssl');
  // Where they have to be installed, a test that is skipped is one that failed.
  if (!isHere && process.env['NEIGHBOURS_REQUIRED'] !== undefined)
    throw new Error(`${program} is not installed`);
  if (!isHere)
    process.stderr.write(`SKIPPED: examples/proxy/${name}, since ${program} or openssl is not installed\n`);

  describe.skipIf(!isHere)(`behind ${program}, as examples/proxy/${name} sets it up`, () => {
    let proxy: RunningProxy;
    const token = { admin: '', patient: '' };

    beforeAll(async () => {
      proxy = await startProxy(name, [server.url, other.url], await makeCertificate());
      token.admin = await signToken({ sub: 'front-desk', role: 'admin' });
      token.patient = await signToken({ sub: 'patient-1', role: 'patient' });
    });
    afterAll(() => proxy?.stop());

    const api = (method: string, path: string, headers: Record<string, string> = {}, body?: object) =>
      proxy.ask(method, `/api/v1${path}`, { authorization: `Bearer ${token.admin}`, ...headers }, body);

    test('the API answers, and the tag that comes through can be sent back', async () => {
      const made = await api('PUT', `/patients/of-${program}`, {}, { name: 'Jo' });
      expect([made.status, made.headers['location']]).toEqual([201, `/api/v1/patients/of-${program}`]);
      for (const coding of ['gzip', 'identity']) {
        const read = await api('GET', `/patients/of-${program}`, { 'accept-encoding': coding });
        const tag = String(read.headers.etag);
        const known = await api('GET', `/patients/of-${program}`, { 'if-none-match': tag });
        expect([read.status, known.status, tag]).toEqual([200, 304, expect.stringMatching(/"/)]);
        const name = `Jo as ${coding}`;
        const changed = await api('PUT', `/patients/of-${program}`, { 'if-match': tag }, { name });
        expect([changed.status, JSON.parse(changed.text).name]).toEqual([200, name]);
        const stale = await api('PUT', `/patients/of-${program}`, { 'if-match': tag }, { name: 'Nobody' });
        expect(stale.status).toBe(412);
      }
    });

    test('the chat knows that somebody else asks, and shows them no metrics', async () => {
      expect((await proxy.ask('GET', '/readyz')).status).toBe(200);
      expect((await proxy.ask('GET', '/metrics')).status).not.toBe(200);
    });

    test.each([[['websocket']], [['polling']], [['polling', 'websocket']]])(
      'messages come and go, from the chat’s own page: %j',
      async (transports) => {
        const socket = await servers.connect(proxy.url, {
          transports,
          auth: { token: token.patient },
          extraHeaders: { origin: proxy.url },
          ca: proxy.certificate,
          withCredentials: true,
        });
        await join(socket, 'consultation-123');
        const heard = new Promise((resolve) => socket.once('new_message', resolve));
        const content = `by ${transports.join(' and ')}`;
        expect(await send(socket, 'consultation-123', content)).toMatchObject({ ok: true });
        expect(await heard).toMatchObject({ content });
        socket.disconnect();
      },
    );

    test('who has the cookie of a process that drains opens a session at the other one', async () => {
      const leaving = await servers.start({ env: { ...env, DRAIN_SECONDS: '600' } });
      const before = await startProxy(name, [leaving.url, other.url], await makeCertificate());
      onTestFinished(() => before.stop());
      const cookies = [];
      for (let count = 0; count < 8; count += 1) cookies.push(await openPolling(before, token.patient));
      // Some of the eight are at the process that leaves. It stays for as long as somebody is there.
      await servers.connect(leaving.url, { transports: ['websocket'], auth: { token: token.patient } });
      leaving.kill('SIGTERM');
      await leaving.logged('server.draining');
      for (const cookie of cookies) await patiently(() => openPolling(before, token.patient, cookie));
      expect(leaving.log()).not.toContainEqual(expect.objectContaining({ event: 'server.stopping' }));
    });

    test('the chat’s own page is its own, and no other page is', async () => {
      const from = (origin: string) => api('GET', '/doctors', { origin });
      expect((await from(proxy.url)).status).toBe(200);
      for (const origin of ['https://evil.example', 'null', server.url]) {
        expect((await from(origin)).status).toBe(403);
      }
      const polling = '/socket.io/?EIO=4&transport=polling';
      expect((await proxy.ask('GET', polling, { origin: proxy.url })).status).toBe(200);
      expect((await proxy.ask('GET', polling, { origin: 'https://evil.example' })).status).toBe(403);
      await expect(
        servers.connect(proxy.url, {
          transports: ['websocket'],
          auth: { token: token.patient },
          extraHeaders: { origin: 'https://evil.example' },
          ca: proxy.certificate,
        }),
      ).rejects.toThrow();
      // The first of the three: only so many are logged in a minute.
      const host = expect.stringMatching(/^localhost:\d+$/);
      expect([...server.log(), ...other.log()]).toContainEqual(
        expect.objectContaining({ event: 'origin.refused', origin: 'https://evil.example', host }),
      );
    });
  });
}
