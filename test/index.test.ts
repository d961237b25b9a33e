import { createServer } from 'node:http';
import express from 'express';
import { Server as SocketIoServer } from 'socket.io';
import { expect, onTestFinished, test } from 'vitest';
import {
  ChatError,
  chatHttpHandler,
  closeChatSocket,
  getChat,
  getIO,
  initChatSocket,
  stopDoctorAvailabilityNotification,
} from '../src/index.js';
import { createTestDatabase } from './support/postgres.js';
import { TEST_SECRET } from './support/tokens.js';

test('before the chat runs, asking for it says what to do, and ending it is fine', async () => {
  expect(getIO).toThrow('await initChatSocket(server) first');
  expect(getChat).toThrow('await initChatSocket(server) first');
  await stopDoctorAvailabilityNotification();
  await closeChatSocket();
});

test('what is no HTTP server is refused before anything starts', async () => {
  for (const server of [express(), undefined, null, {}]) {
    await expect(initChatSocket(server as never)).rejects.toThrow(TypeError);
  }
  expect(getIO).toThrow();
});

test('a wrong option is refused by its variable, and another try may follow', async () => {
  const server = createServer();
  for (const _ of ['first', 'again']) {
    await expect(initChatSocket(server, { doctorReadyIntervalMs: 1 })).rejects.toThrow(
      'DOCTOR_READY_INTERVAL_MS',
    );
  }
});

test('another Socket.IO at the same path is refused in one line, before anything starts', async () => {
  const server = createServer();
  const other = new SocketIoServer(server);
  onTestFinished(() => other.close());
  const nowhere = 'postgresql://nobody@127.0.0.1:1/nowhere';
  const refused = initChatSocket(server, {
    databaseUrl: nowhere,
    jwtSecret: TEST_SECRET,
    logLevel: 'silent',
  });
  await expect(refused).rejects.toThrow(
    /^another Socket\.IO answers at \/socket\.io of this HTTP server: .*$/,
  );
  expect(getIO).toThrow();
});

test('a path that is the HTTP handler’s is refused in one line that names the option, whichever comes first', async () => {
  const nowhere = 'postgresql://nobody@127.0.0.1:1/nowhere';
  const init = (path: string) =>
    initChatSocket(createServer(), {
      databaseUrl: nowhere,
      jwtSecret: TEST_SECRET,
      logLevel: 'silent',
      path,
    });
  const line = /^path \(SOCKET_PATH\) must not be [^\n]*$/;
  chatHttpHandler({ basePath: '/clinic/chat/' });
  for (const path of [
    '/clinic/chat',
    '/clinic/chat/',
    '/clinic',
    '/clinic/chat/api',
    '/clinic/chat/healthz',
    '/clinic/chat/docs/x',
  ]) {
    await expect(init(path), path).rejects.toThrow(line);
  }
  for (const path of ['/clinic/chat/socket.io', '/clinic/chatty']) {
    await expect(init(path), path).rejects.not.toThrow(line);
  }
  const starting = init('/later');
  for (const basePath of ['/later', '/later/chat']) {
    expect(() => chatHttpHandler({ basePath }), basePath).toThrow(line);
  }
  chatHttpHandler({ basePath: '/latest' });
  await expect(starting).rejects.toThrow();
  chatHttpHandler({ basePath: '/later' });
});

test('a chat that cannot be attached is ended: another try finds its database free', async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  onTestFinished(closeChatSocket);
  const options = { databaseUrl, jwtSecret: TEST_SECRET, logLevel: 'silent' } as const;
  const broken = Object.assign(createServer(), {
    prependListener: () => {
      throw new Error('cannot be listened to');
    },
  });
  await expect(initChatSocket(broken, options)).rejects.toThrow('cannot be listened to');
  expect(getIO).toThrow();
  const io = await initChatSocket(createServer(), options);
  expect(getIO()).toBe(io);
});

test('a host application makes what its people talk in, and is told why it may not', async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  onTestFinished(closeChatSocket);
  await initChatSocket(createServer(), { databaseUrl, jwtSecret: TEST_SECRET, logLevel: 'silent' });
  const chat = getChat();
  const patient = await chat.patients.create({ name: 'Alex Morgan' });
  expect(await chat.patients.get(patient.id)).toEqual(patient);
  const doctor = await chat.doctors.create({ name: 'Dr. Lena Fischer', timeZone: 'Europe/Vienna' });
  const ids = { patientId: patient.id, doctorId: doctor.id };
  const consultation = await chat.consultations.create({ ...ids, durationMinutes: 30 });
  expect(consultation).toMatchObject({ ...ids, status: 'open', patient: { name: 'Alex Morgan' } });
  const { items } = await chat.accessLog.list({ personKind: 'admin', personId: 'host' });
  expect(items).toContainEqual(expect.objectContaining({ action: 'read_patient', channel: 'process' }));

  const refused = chat.consultations.create({
    patientId: 'nobody',
    doctorId: doctor.id,
    durationMinutes: 30,
  });
  await expect(refused).rejects.toThrow(ChatError);
  await expect(refused).rejects.toMatchObject({ code: 'patient.not_found' });

  await closeChatSocket();
  expect(getChat).toThrow('the chat is not running');
  await expect(chat.doctors.list()).rejects.toThrow('the chat is not running');
});
