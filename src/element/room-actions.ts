import type { RoomModel } from '../room/room.js';
import { copyText } from './copy-text.js';
import type { DraftField } from './draft-field.js';
import type { Reader } from './reader.js';
import type { ReaderNews } from './reader-news.js';
import type { RoomActions } from './room-context.js';
import type { RoomHost } from './room-host.js';
import type { SpokenChanges } from './spoken-changes.js';

/** @param now returns the room that is shown, and the reader in it. */
export function createRoomActions(
  host: RoomHost & { print(): unknown },
  draft: DraftField,
  news: ReaderNews,
  changes: SpokenChanges,
  now: () => { readonly model?: RoomModel | undefined; readonly reader: Reader | null },
): RoomActions {
  const stream = (): HTMLElement | null => host.renderRoot.querySelector('.stream');

  function write(text: string): void {
    draft.write(text);
    host.requestUpdate();
  }

  return {
    send() {
      const content = draft.text.trim();
      const field = draft.field();
      if (content === '' || field === null || host.renderRoot.querySelector('.send:disabled')) return;
      write('');
      now().model?.send(content);
      now().reader?.toEnd();
      field.focus();
    },
    drafted() {
      draft.typed();
      now().model?.typing(draft.text.trim() !== '');
      host.requestUpdate();
      changes.typed();
    },
    retry(clientMessageId) {
      now().model?.retry(clientMessageId);
      draft.field()?.focus();
    },
    edit(clientMessageId, content) {
      now().model?.withdraw(clientMessageId);
      write(draft.text === '' ? content : `${content}\n${draft.text}`);
      draft.field()?.focus();
    },
    async copy(text, { target }) {
      const beside = (target as Element).closest('.message, .closed');
      if (await copyText(text, beside?.querySelector('.bubble, blockquote') ?? null)) news.tell('copied');
    },
    toEnd() {
      now().reader?.toEnd();
      (draft.field() ?? stream())?.focus();
      host.requestUpdate();
    },
    async toUnread() {
      await now().model?.findUnread();
      await host.updateComplete;
      const divider = host.renderRoot.querySelector('[data-new]');
      if (divider !== null) now().reader?.show(divider);
      stream()?.focus({ preventScroll: true });
    },
    loadEarlier: () => void now().model?.loadEarlier(),
    print: () => void host.print(),
    enter: () => now().model?.enter(),
  };
}
