/** Whether the chat is draining: it serves the clients that it has, and takes no new ones. */
export interface Draining {
  isOn(): boolean;
  /** Begins to drain. There is no way back. */
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
