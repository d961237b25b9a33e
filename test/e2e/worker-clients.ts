import type { Socket } from 'socket.io-client';
import { expect } from 'vitest';
import { patiently, type ServerProcess, type Servers } from '../support/server-process.js';

/** Where a test starts two. */
export const WORKERS = ['1', '2'];

/** The worker that runs in this place now. */
export function pidOfWorker(server: ServerProcess, worker: number): number {
  const started = server.log().filter((line) => line.event === 'worker.started' && line['worker'] === worker);
  return Number(started.at(-1)?.['pid']);
}

/** Ids of Engine.IO begin with the worker's number. */
export function workerOf(socket: Socket): string {
  return String(Reflect.get(socket.io.engine, 'id')).split('.')[0] ?? '';
}

/** One client on each worker: which one a connection reaches is the system's choice. */
export async function connectToEach(
  servers: Servers,
  url: string,
  transports: readonly string[],
): Promise<readonly Socket[]> {
  const found = new Map<string, Socket>();
  await patiently(async () => {
    const socket = await servers.connect(url, { transports: [...transports], withCredentials: false });
    if (found.has(workerOf(socket))) socket.disconnect();
    else found.set(workerOf(socket), socket);
    expect([...found.keys()].sort()).toEqual(WORKERS);
  });
  return WORKERS.map((worker) => found.get(worker) as Socket);
}
