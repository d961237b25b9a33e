import type { ChangeDialog, DialogState, Question } from './people-state.js';

const DEFAULT_EXTENSION_MINUTES = 60;

/** The dialogs over the page: the settings, and the questions that are asked before something is done. */
export interface Dialogs {
  /** null while none is open. */
  readonly asked: DialogState | null;
  show(kind: DialogState['kind'], consultationId: string): void;
  close(): void;
  chooseMinutes(minutes: number): void;
  /** Does what the dialog asks about, and closes it when done. @returns what was done; null if nothing was. */
  confirm(): Promise<Question | null>;
  /** Closes a question about a consultation that somebody has left by going back. */
  moved(consultationId: string | null): void;
}

/**
 * @param change does what the dialog asks about. Returns why this was not or may not have been done; null if it was done.
 * @param changed called when another question is asked, or none any more.
 * @param drawNow draws the page at once.
 */
export function createDialogs(
  change: (asked: ChangeDialog) => Promise<string | null>,
  changed: () => void,
  drawNow: () => void,
): Dialogs {
  let dialog: DialogState | null = null;

  return {
    get asked() {
      return dialog;
    },
    show(kind, consultationId) {
      const minutes = DEFAULT_EXTENSION_MINUTES;
      dialog =
        kind === 'settings' ? { kind } : { kind, consultationId, failure: null, isBusy: false, minutes };
      changed();
    },
    close() {
      dialog = null;
      changed();
    },
    chooseMinutes(minutes) {
      if (dialog !== null && dialog.kind !== 'settings' && !dialog.isBusy)
        dialog = { ...dialog, minutes, failure: null };
      changed();
    },
    async confirm() {
      const asked = dialog;
      if (asked === null || asked.kind === 'settings' || asked.isBusy) return null;
      const busy: DialogState = { ...asked, isBusy: true, failure: null };
      dialog = busy;
      changed();
      const failure = await change(asked);
      // Somebody may have closed it meanwhile, and another one may be open.
      if (dialog !== busy) return null;
      dialog = failure === null ? null : { ...asked, isBusy: false, failure };
      drawNow();
      return failure === null ? asked.kind : null;
    },
    moved(consultationId) {
      if (dialog !== null && dialog.kind !== 'settings' && dialog.consultationId !== consultationId)
        dialog = null;
    },
  };
}

/** The question may become shorter while it is shown. Its buttons stay in their place, because a finger may be on its way. */
export function showDialog(isOpen: boolean): void {
  const element = document.getElementById('dialog') as HTMLDialogElement;
  if (isOpen && !element.open) element.showModal();
  if (!isOpen && element.open) element.close();
  element.style.minBlockSize = isOpen ? `min(${element.offsetHeight}px, 100%)` : '';
}
