import { createSerialQueue, type SerialQueue } from '../faults/serial-queue.js';
import { openTcpProxy, type TcpProxy } from '../tcp-proxy.js';

/** The network between one process and PostgreSQL, or Redis. */
export interface EngineLink {
  /** The engine's URL, as this process reaches it. */
  readonly url: string;
  readonly network: TcpProxy;
  /** For what breaks this network: one after the other. */
  readonly queue: SerialQueue;
}

/** @param url of an engine on 127.0.0.1, with its port. */
export async function openEngineLink(url: string): Promise<EngineLink> {
  const through = new URL(url);
  const network = await openTcpProxy(Number(through.port));
  through.port = String(network.port);
  return { url: through.href, network, queue: createSerialQueue() };
}
