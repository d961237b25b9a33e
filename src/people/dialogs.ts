import type { ChangeDialog, DialogState, Question } from './people-state.js';

const DEFAULT_EXTENSION_MINUTES = 60;

/** What stands open over the page: the settings, or what is asked before it is done. */
export interface Dialogs {
  /** null while none is open. */
  readonly asked: DialogState | null;
  show(kind: DialogState['kind'], consultationId: string): void;
  close(): void;
  chooseMinutes(minutes: number): void;
  /** Does what is asked, and closes once it is done. @returns what was done; null where nothing was. */
  confirm(): Promise<Question | null>;
  /** Whoever goes back meanwhile is not asked about what they have left. */
  moved(consultationId: string | null): void;
}

/**
 * @param change does what is asked. It returns why that was not done, or may not have been; null where it was.
 * @param changed something else is asked, or nothing.
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
      // It may have been closed meanwhile, and another one may stand there.
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

/** What is asked may become shorter meanwhile: its buttons stay where a finger is on its way to. */
export function showDialog(isOpen: boolean): void {
  const element = document.getElementById('dialog') as HTMLDialogElement;
  if (isOpen && !element.open) element.showModal();
  if (!isOpen && element.open) element.close();
  element.style.minBlockSize = isOpen ? `min(${element.offsetHeight}px, 100%)` : '';
}
