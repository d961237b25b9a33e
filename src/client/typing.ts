import type { Sender, Typing } from '../protocol/wire.js';
import { createTimer, type Environment } from './environment.js';
import { MAX_PEOPLE, TYPING_EXPIRY_MS, TYPING_IDLE_MS, TYPING_REPEAT_MS } from './limits.js';
import { isSamePerson, personKey } from './person.js';

/** Tells the server that somebody types here: at once, now and then while it goes on, and when it has ended. */
export interface OwnTyping {
  set(isTyping: boolean): void;
  /** Called when the connection or the room is gone. By then nobody believes any more that this device types. */
  forget(): void;
}

export function createOwnTyping(environment: Environment, tell: (isTyping: boolean) => boolean): OwnTyping {
  const idle = createTimer(environment);
  const repeat = createTimer(environment);
  let isTold = false;

  function set(isTyping: boolean): void {
    if (!isTyping) {
      idle.cancel();
      repeat.cancel();
      if (isTold) tell(false);
      isTold = false;
      return;
    }
    if (!repeat.isRunning()) {
      if (!tell(true)) return;
      isTold = true;
      repeat.start(TYPING_REPEAT_MS, () => undefined);
    }
    idle.start(TYPING_IDLE_MS, () => set(false));
  }

  return {
    set,
    forget: () => {
      idle.cancel();
      repeat.cancel();
      isTold = false;
    },
  };
}

export interface Typist {
  readonly userId: string;
  readonly sender: Sender | null;
}

/** The others who are typing now. Somebody who is not reported again has stopped. */
export interface Typists {
  list(): readonly Typist[];
  heard(typing: Typing): void;
  /** Ends the typing of those for whom `isMeant` is true, because a message of theirs has come, or they have left. */
  stopped(isMeant: (typist: Typist) => boolean): void;
  clear(): void;
}

export function createTypists(environment: Environment, changed: () => void): Typists {
  const typists = new Map<
    string,
    { readonly typist: Typist; readonly expiry: ReturnType<typeof createTimer> }
  >();

  const list = (): Typist[] => Array.from(typists.values(), ({ typist }) => typist);

  function remove(typist: Typist): boolean {
    const key = personKey(typist);
    typists.get(key)?.expiry.cancel();
    return typists.delete(key);
  }

  function stopped(isMeant: (typist: Typist) => boolean): void {
    const gone = list().filter(isMeant);
    for (const typist of gone) remove(typist);
    if (gone.length > 0) changed();
  }

  return {
    list,
    heard: ({ userId, sender, isTyping }) => {
      const who = { userId, sender };
      if (!isTyping) return stopped((typist) => isSamePerson(typist, who));
      const known = typists.get(personKey(who));
      if (known === undefined && typists.size >= MAX_PEOPLE) return;
      const { typist, expiry } = known ?? { typist: who, expiry: createTimer(environment) };
      typists.set(personKey(who), { typist, expiry });
      expiry.start(TYPING_EXPIRY_MS, () => void (remove(who) && changed()));
      if (known === undefined) changed();
    },
    stopped,
    clear: () => stopped(() => true),
  };
}
