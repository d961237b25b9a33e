import { type ChatClient, type ConnectOptions, connect, isSameBearer } from '../client/index.js';
import type { RoomModel } from '../room/room.js';
import type { RoomAddress } from './room-session.js';
import { tabStorage } from './tab-storage.js';

/** How the page around says who somebody is. */
export interface TokenGiver {
  readonly server: string;
  readonly token: string | null;
  readonly getToken: (() => string | Promise<string>) | null;
}

/**
 * The connection of an element that shares none, and the token that says whose it is. The pages here share theirs, so
 * their build replaces this file by a stand-in (`scripts/small-parts.mjs`).
 */
export interface OwnConnection {
  connect(address: RoomAddress): ChatClient;
  /** Goes on with the token that the page gives now if it is the same person's. Otherwise the room is opened anew. */
  signIn(model: RoomModel): void;
  /** Whether the server wants a token, and the page has not given any yet. */
  isTokenAwaited(model: RoomModel): boolean;
}

/** @param openAnew called when somebody else's token has come, because nothing of the person before may be left. */
export function createOwnConnection(page: TokenGiver, openAnew: () => void): OwnConnection {
  let client: ChatClient | undefined;
  let isAddress = false;
  /** The token in use; in memory only. */
  let bearer: string | undefined;

  function wayToSignIn(): ConnectOptions['token'] {
    const { getToken, token } = page;
    if (!getToken) {
      bearer = token ?? undefined;
      return bearer;
    }
    // By its name, which is in the error if it is no function.
    const giver = { getToken };
    return async () => {
      const given: unknown = await giver.getToken();
      // Without a token the server would say that a sign-in has ended. The page may have one the next time.
      if (typeof given !== 'string' || given === '') throw new TypeError('`getToken` gave no token.');
      if (getToken !== page.getToken) return given;
      // `openAnew` closes the connection that has asked. If a token cannot be read here, the server decides on it.
      if (bearer !== undefined && isSameBearer(bearer, given) === false) openAnew();
      bearer = given;
      return given;
    };
  }

  return {
    connect({ server, socketPath }) {
      bearer = undefined;
      isAddress = server !== '';
      if (!isAddress)
        reportError(new TypeError(`consultation-chat: \`server\` is no address: ${page.server}`));
      const [token, storage] = [wayToSignIn(), tabStorage()];
      client = connect(server, {
        ...(token === undefined ? {} : { token }),
        ...(storage === null ? {} : { storage }),
        ...(socketPath ? { socketOptions: { path: socketPath } } : {}),
        autoConnect: isAddress,
      });
      return client;
    },
    signIn({ consultation, stage }) {
      // Whoever was refused knocks again: nobody goes back into a room by signing in.
      if (stage === 'refused') return openAnew();
      const isFirst = bearer === undefined && consultation === null;
      const isNext = !!page.getToken || isFirst || isSameBearer(bearer, page.token ?? undefined);
      if (!isNext) return openAnew();
      const token = wayToSignIn();
      if (token !== undefined && isAddress) client?.signIn(token);
    },
    isTokenAwaited({ connection, consultation }) {
      const isWanted = connection.state === 'signed_out' && connection.error.code === 'auth.required';
      return isWanted && !page.getToken && !bearer && consultation === null;
    },
  };
}
