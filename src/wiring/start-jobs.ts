import type { Container } from 'inversify';
import { createCompareClocks } from '../application/peers/compare-clocks.js';
import type { Logger } from '../application/ports/logger.js';
import type { Config } from '../config.js';
import { MINUTE_MS } from '../domain/instant.js';
import { allOf } from './stopping.js';
import { TOKENS } from './tokens.js';

export interface RunningJobs {
  stopAnnouncing(): Promise<void>;
  /** Stops everything but the link to the other processes, and waits for work under way. */
  stop(): Promise<void>;
  leavePeers(): Promise<void>;
}

/**
 * How often the clock of this process is compared with the database's, and the processes that it hears of with those that
 * have claimed the database, in ms.
 */
const COMPARE_INTERVAL_MS = MINUTE_MS;

/** Starts everything that is done at regular intervals, and the link to the other processes. */
export function startJobs(config: Config, container: Container, logger: Logger): RunningJobs {
  const { jobs } = container.get(TOKENS.application);
  const storage = container.get(TOKENS.storage);
  const scheduler = container.get(TOKENS.scheduler);
  const compareClocks = createCompareClocks({
    clock: container.get(TOKENS.clock),
    databaseNow: storage.now,
    logger,
    metrics: container.get(TOKENS.metrics),
  });
  const { doctorReadyIntervalMs, expirySweepIntervalMs } = config;
  storage.onReplaced(jobs.storeReplaced);
  const leavePeers = jobs.joinPeers();
  const doctorReady = scheduler.every(doctorReadyIntervalMs, {
    name: 'doctor-ready',
    run: jobs.announceAvailability,
  });
  const heads = scheduler.every(doctorReadyIntervalMs, {
    name: 'consultation-heads',
    run: jobs.announceHeads,
  });
  const expirySweep = scheduler.every(expirySweepIntervalMs, {
    name: 'expiry-sweep',
    run: () => storage.once('expiry-sweep', jobs.expireConsultations),
  });
  const clocks = scheduler.every(COMPARE_INTERVAL_MS, { name: 'clocks', run: compareClocks });
  void compareClocks();
  const serving = scheduler.every(COMPARE_INTERVAL_MS, {
    name: 'serving',
    // If the database does not answer, others who need it more will log that.
    run: () => storage.serving().then(jobs.countedServing, () => {}),
  });
  const stopAnnouncing = async (): Promise<void> => {
    await allOf([doctorReady.stop(), jobs.stopAnnouncing()]);
  };
  return {
    stopAnnouncing,
    stop: async () => {
      await allOf([stopAnnouncing(), heads.stop(), expirySweep.stop(), clocks.stop(), serving.stop()]);
    },
    leavePeers,
  };
}
