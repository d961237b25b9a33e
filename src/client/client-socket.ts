import type { Manager, ManagerOptions, Socket, SocketOptions } from 'socket.io-client';

/** The part of a socket of socket.io-client that the library uses. */
export type ClientSocket = Pick<
  Socket,
  'connected' | 'active' | 'auth' | 'on' | 'onAny' | 'emit' | 'connect' | 'disconnect'
> & { readonly io: Pick<Manager, 'open'> };
export type OpenSocket = (url: string, options: Partial<ManagerOptions & SocketOptions>) => ClientSocket;
