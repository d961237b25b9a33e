/** Whether the chat is being left: it serves those who are here, and takes nobody who comes new. */
export interface Draining {
  isOn(): boolean;
  /** From now on. There is no way back. */
  begin(): void;
}

export function createDraining(): Draining {
  let isOn = false;
  return {
    isOn: () => isOn,
    begin: () => {
      isOn = true;
    },
  };
}
