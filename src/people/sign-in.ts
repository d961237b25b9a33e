import type { Api, Me } from './api.js';
import { Refused } from './api.js';
import type { HostPage } from './host-page.js';
import { forgetTab, keptForTab, unsentInTab } from './kept.js';

/** Somebody, and what they are called where that is known. */
export interface Named {
  readonly id: string;
  readonly name: string | null;
}

/**
 * - `unreachable`: the next try comes by itself. `chooses`: the demo, where nobody has been chosen.
 * - `another`: the link is of another person than the one before in this tab, who has something that may not be sent.
 */
export type SignInStage =
  | {
      readonly kind: 'checking' | 'unreachable' | 'chooses' | 'needed' | 'refused' | 'ended' | 'wrong-role';
      /** Whether somebody has just signed out. */
      readonly hasLeft?: boolean;
    }
  | { readonly kind: 'another'; readonly before: Named; readonly next: Named }
  | { readonly kind: 'in'; readonly me: Me & { readonly role: 'patient' | 'doctor'; readonly id: string } };

export interface SignIn {
  /** null for none. */
  token(): string | null;
  /** For the client library: a fresh token from the host page where there is one, or what there is. */
  freshToken(): Promise<string>;
  /** Goes on as the person of this token. */
  take(token: string): void;
  /** Finds out who is here. */
  check(): Promise<void>;
  /** Answers `another`: goes on as the person of the link, or stays with the one before. */
  changePerson(isAgreed: boolean): void;
  signOut(): void;
}

/** Between two tries to reach the server, ms. */
const RETRY_MS = 3_000;

const REFUSALS: Readonly<Record<string, 'needed' | 'refused' | 'ended'>> = {
  'auth.required': 'needed',
  'auth.invalid': 'refused',
  'auth.expired': 'ended',
};

export interface SignInDependencies {
  readonly api: Api;
  readonly host: () => HostPage;
  readonly isDemo: boolean;
  readonly changed: (stage: SignInStage) => void;
}

export function createSignIn({ api, host, isDemo, changed }: SignInDependencies): SignIn {
  let attempt = 0;
  let hasBeenUsed = false;
  const token = (): string | null => keptForTab.read('token');

  async function check(): Promise<void> {
    attempt += 1;
    const mine = attempt;
    if (token() === null && isDemo) return changed({ kind: 'chooses' });
    const stage = await stageNow();
    if (mine !== attempt) return;
    changed(stage);
    if (stage.kind === 'unreachable') setTimeout(() => mine === attempt && void check(), RETRY_MS);
  }

  async function stageNow(): Promise<SignInStage> {
    try {
      return await stageOf(await api.me());
    } catch (error) {
      const code = error instanceof Refused ? error.code : '';
      const kind = REFUSALS[code];
      if (kind === undefined) return { kind: 'unreachable' };
      return (await hasFreshToken()) ? stageNow() : { kind };
    }
  }

  async function hasFreshToken(): Promise<boolean> {
    const fresh = await host().ask();
    if (fresh === null || fresh === token()) return false;
    keptForTab.write('token', fresh);
    return true;
  }

  /** A token of the person who is here, and not one that has just come and may be another's. */
  function keepOfPerson(known: string | null): void {
    keptForTab.write('token', known);
    keptForTab.write('token-of-person', known);
  }

  /** What another person has left in this tab is theirs. */
  async function stageOf({ role, id }: Me): Promise<SignInStage> {
    if ((role !== 'patient' && role !== 'doctor') || id === null) return { kind: 'wrong-role' };
    const person = `${role} ${id}`;
    const shown = token();
    const before = keptForTab.read('person');
    if (before !== null && before !== person) {
      const { isLeft, isUnconfirmed } = unsentInTab();
      if (isLeft || isUnconfirmed) {
        const [, idBefore = ''] = before.split(' ');
        const name = await api.nameOf(role, id).catch(() => null);
        return {
          kind: 'another',
          before: { id: idBefore, name: keptForTab.read('name') },
          next: { id, name },
        };
      }
      forgetTab();
    }
    keepOfPerson(shown);
    keptForTab.write('person', person);
    keptForTab.write('since', keptForTab.read('since') ?? String(Date.now()));
    return { kind: 'in', me: { role, id } };
  }

  return {
    token,
    async freshToken() {
      // One that has just been taken may be another person's.
      const shown = keptForTab.read('token-of-person') ?? token();
      // The library asks again when a token is about to end; the first time, the one of the link will do.
      const isWanted = hasBeenUsed || shown === null;
      // Before the answer: it is taken as one that was handed in, and then it is used, and not followed by another request.
      hasBeenUsed = true;
      const fresh = isWanted ? await host().ask() : null;
      if (fresh !== null) keepOfPerson(fresh);
      return fresh ?? shown ?? '';
    },
    take(next) {
      hasBeenUsed = false;
      keptForTab.write('token', next);
      void check();
    },
    check,
    changePerson(isAgreed) {
      const next = isAgreed ? token() : keptForTab.read('token-of-person');
      if (isAgreed) forgetTab();
      hasBeenUsed = false;
      keptForTab.write('token', next);
      void check();
    },
    signOut() {
      attempt += 1;
      forgetTab();
      changed({ kind: isDemo ? 'chooses' : 'needed', hasLeft: true });
    },
  };
}
