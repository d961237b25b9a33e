import { io, type Socket } from 'socket.io-client';
import type { Member, Room } from '../generator/commands.js';
import type { Child } from './children.js';
import type { BenchDatabase } from './database.js';
import { listening, type Stand, startServer } from './stand.js';

/** A process of the server that people are connected to. */
export interface PeopledProcess {
  /** A device of a person who has joined these rooms. */
  connect(member: Member, ...rooms: readonly Room[]): Promise<Socket>;
  /** `kill -9`. */
  kill(): void;
  end(): Promise<void>;
}

/** Starts one process of the chat that is on this database. */
export async function startPeopledProcess(
  stand: Stand,
  database: BenchDatabase,
  env: Readonly<Record<string, string>>,
): Promise<PeopledProcess> {
  const server: Child = startServer(stand, 'product', database, env);
  const { url } = await listening(server);
  const sockets: Socket[] = [];
  return {
    connect: async (member, ...rooms) => {
      const socket = io(url, {
        auth: { token: member.token },
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
      });
      sockets.push(socket);
      await new Promise<void>((resolve, reject) =>
        socket.once('connect', resolve).once('connect_error', reject),
      );
      for (const { consultationId } of rooms) {
        const { ok } = await socket.emitWithAck('join_consultation', consultationId);
        if (!ok) throw new Error(`${consultationId} could not be joined`);
      }
      return socket;
    },
    kill: () => void process.kill(server.pid, 'SIGKILL'),
    end: async () => {
      for (const socket of sockets) socket.disconnect();
      await server.end();
    },
  };
}
