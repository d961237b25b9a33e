import { NEIGHBOURS, partiesOf } from '../clinic.js';
import type { Stage } from '../faults/stage.js';
import { signBadTokens } from '../tokens.js';
import { compare } from './comparison.js';
import { fillLargeConversation } from './large-conversation.js';
import { NEIGHBOUR_ADDRESS, openNeighbour } from './neighbour.js';
import { watchResidentMemory } from './resident-memory.js';
import type { NeighbourReport, Round } from './verdict.js';

/** The hostile neighbour of one run, from the comparison to the end of the faults. */
export interface Neighbourhood {
  /** Without it and beside it, by turns, before any fault; then the server is restarted in the usual way. */
  compare(phaseMs: number): Promise<void>;
  /** From now on it attacks while everything else fails. */
  attackUnderFaults(): void;
  /** Resolves when it has nothing open any more. */
  stop(): Promise<void>;
  report(): NeighbourReport;
  close(): Promise<void>;
}

export async function openNeighbourhood(stage: Stage, say: (line: string) => void): Promise<Neighbourhood> {
  const { fleet, tokenOf, seed } = stage;
  const [{ server }] = fleet.members;
  const { port } = server;
  const token = tokenOf(NEIGHBOURS, 'user');
  const badTokens = await signBadTokens(partiesOf(NEIGHBOURS).patientId);
  await fillLargeConversation(`http://127.0.0.1:${port}`, token);
  const target = { port, from: NEIGHBOUR_ADDRESS, token, badTokens, consultationId: NEIGHBOURS };
  const neighbour = await openNeighbour(target, seed);
  const memory = watchResidentMemory(() => server.pid);
  let rounds: readonly Round[] = [];
  let stopCode: number | null = null;
  return {
    compare: async (phaseMs) => {
      rounds = await compare({ stage, neighbour, memory, phaseMs, say });
      stopCode = await server.stop();
      await server.start();
    },
    attackUnderFaults: () => {
      memory.enter('underFaults');
      neighbour.start();
    },
    stop: neighbour.stop,
    report: () => ({ rounds, strikes: neighbour.strikes, residentMib: memory.most(), stopCode }),
    close: async () => {
      memory.stop();
      await neighbour.close();
    },
  };
}
