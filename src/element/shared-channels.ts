import type { ChatClient, ConsultationChannel } from '../client/index.js';
import type { Sender } from '../protocol/wire.js';

/** A channel that one room has, or several. The client gives the same one to all who ask for a consultation. */
interface Held {
  readonly channel: ConsultationChannel;
  rooms: number;
}

/** By the client, and then by the consultation's id. */
const held = new WeakMap<ChatClient, Map<string, Held>>();

/** @returns the side that other rooms have been let in as; undefined if there are none, or nobody knows yet. */
export function sideOfOthers(client: ChatClient, consultationId: string): Sender | null | undefined {
  const channel = held.get(client)?.get(consultationId)?.channel;
  return channel === undefined || channel.consultation === null || channel.state.state === 'closed'
    ? undefined
    : channel.sender;
}

/**
 * The client for one of several rooms that may share it: a channel is closed with the last room that has it. The pages
 * here have one room for each consultation, and their build has a stand-in for this.
 */
export function sharing(client: ChatClient): ChatClient {
  const channels = held.get(client) ?? new Map<string, Held>();
  held.set(client, channels);

  function hold(...[id, options]: Parameters<ChatClient['consultation']>): Held {
    const before = channels.get(id)?.channel;
    // Whoever was refused as one party enters as the other one, and so will the other rooms.
    if (before?.state.state === 'refused' && before.sender !== (options?.sender ?? null)) before.close();
    const channel = client.consultation(id, options);
    const found = channels.get(id);
    const own = found?.channel === channel ? found : { channel, rooms: 0 };
    channels.set(id, own);
    return own;
  }

  function consultation(...asked: Parameters<ChatClient['consultation']>): ConsultationChannel {
    const own = hold(...asked);
    own.rooms += 1;
    const close = (): void => {
      own.rooms -= 1;
      if (own.rooms === 0) own.channel.close();
    };
    return Object.create(own.channel, { close: { value: close } });
  }

  return Object.create(client, { consultation: { value: consultation } });
}
