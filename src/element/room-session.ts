import type { ChatClient } from '../client/index.js';
import type { Sender } from '../protocol/wire.js';
import type { RoomListener, RoomModel } from '../room/room.js';
import { createRoomModel } from '../room/room-model.js';
import type { ServerClock } from '../room/server-clock.js';
import { createKeptForTab, type KeptForTab, keyOfRoom } from './kept.js';
import { sharing, sideOfOthers } from './shared-channels.js';
import { tabStorage } from './tab-storage.js';

/** Which room an element shows, and where it is. */
export interface RoomAddress {
  readonly server: string;
  readonly consultation: string;
  readonly as: 'patient' | 'doctor' | '';
  readonly socketPath: string;
}

export interface RoomSession {
  readonly model: RoomModel;
  /** What is kept for the side that the server lets in. It is one person's, because each side has only one. */
  readonly kept: KeptForTab;
  close(): void;
}

/** The sides to enter as, one after the other: the server refuses whoever is not that party. null only looks on. */
const SIDES: readonly (Sender | null)[] = ['user', 'doctor', null];

/** @param isOwn whether the client is the session's own, and is closed with it. */
export function openRoomSession(
  address: RoomAddress,
  client: ChatClient,
  isOwn: boolean,
  clock: ServerClock,
  listener: RoomListener,
): RoomSession {
  const sides = sidesOf(address.as, sideOfOthers(client, address.consultation));
  let kept: KeptForTab;
  let model = enter(sides[0] ?? null);

  function enter(viewer: Sender | null): RoomModel {
    const as = address.as || (viewer === 'user' ? 'patient' : (viewer ?? ''));
    kept = createKeptForTab(tabStorage(), keyOfRoom({ ...address, as }));
    return createRoomModel({
      client: sharing(client),
      consultationId: address.consultation,
      viewer,
      listener: { ...listener, changed },
      kept,
      clock,
    });
  }

  /** A token belongs to one party. Which one that is, the server's answer tells. */
  function changed(): void {
    // This may be called while the model is being made, and there is nothing to look at.
    queueMicrotask(() => {
      if (model.refusal?.code === 'consultation.forbidden' && sides.length > 1) {
        sides.shift();
        model.close();
        model = enter(sides[0] ?? null);
      }
      listener.changed();
    });
  }

  return {
    get model() {
      return model;
    },
    get kept() {
      return kept;
    },
    close() {
      model.close();
      if (isOwn) client.close();
    },
  };
}

function sidesOf(as: RoomAddress['as'], known: Sender | null | undefined): (Sender | null)[] {
  if (as === 'doctor') return ['doctor'];
  if (as === 'patient') return ['user'];
  return known === undefined ? [...SIDES] : [known];
}
