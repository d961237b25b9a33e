import type { Api, Me } from './api.js';
import { Refused } from './api.js';
import type { HostPage } from './host-page.js';
import { forgetTab, keptForTab, unsentInTab } from './kept.js';

/** A person, with their name if it is known. */
export interface Named {
  readonly id: string;
  readonly name: string | null;
}

/**
 * - `unreachable`: the server could not be reached, and the next try follows by itself.
 * - `chooses`: in the demo, nobody has been chosen yet.
 * - `another`: the link belongs to another person than the one before in this tab, who may still have something unsent.
 */
export type SignInStage =
  | {
      readonly kind: 'checking' | 'unreachable' | 'chooses' | 'needed' | 'refused' | 'ended' | 'wrong-role';
      /** Whether somebody has just signed out. */
      readonly hasLeft?: boolean;
    }
  | { readonly kind: 'another'; readonly before: Named; readonly next: Named }
  | {
      readonly kind: 'in';
      readonly me: Me & { readonly role: 'patient' | 'doctor'; readonly id: string };
      /** Whether a patient is known to have other conversations than the one that the address names. */
      readonly hasOthers: boolean;
    };

export interface SignIn {
  /** null for none. */
  token(): string | null;
  /** Gives the client library a fresh token from the host page, or the present one if no host page gives any. */
  freshToken(): Promise<string>;
  /** Goes on as the person of this token. */
  take(token: string): void;
  /** Finds out who is here. */
  check(): Promise<void>;
  /** Decides in the stage `another`: goes on as the person of the link, or stays with the one before. */
  changePerson(isAgreed: boolean): void;
  signOut(): void;
}

/** The pause between two tries to reach the server, in ms. */
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

  /** Keeps a token that is known to belong to the person who is here. One that has just arrived may be another person's. */
  function keepOfPerson(known: string | null): void {
    keptForTab.write('token', known);
    keptForTab.write('token-of-person', known);
  }

  /** Finds the stage for a person. Whatever another person has left in this tab must not become theirs. */
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
    return { kind: 'in', me: { role, id }, hasOthers: role === 'patient' && (await api.hasOthers()) };
  }

  return {
    token,
    async freshToken() {
      // A token that has just been taken may be another person's.
      const shown = keptForTab.read('token-of-person') ?? token();
      // The library asks again when a token is about to end. The first time, the token of the link is good enough.
      const isWanted = hasBeenUsed || shown === null;
      // This is set before the answer, which arrives like a token that was handed in and must not cause another request.
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
