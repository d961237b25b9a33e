import { createMemoryPeers } from '../../../src/adapters/memory/peers.js';
import { describePeersContract, listenWith } from '../../contracts/peers.js';

describePeersContract('memory', async () => {
  const [here, elsewhere] = [createMemoryPeers(), createMemoryPeers()];
  return {
    join: async () => listenWith(here.join()),
    joinElsewhere: async () => listenWith(elsewhere.join()),
    cut: async () => here.interrupt(),
    end: null,
    close: async () => {},
  };
});
