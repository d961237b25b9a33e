import type { Command, FromGenerator, Results, ToGenerator } from './commands.js';
import { createCrowd } from './crowd.js';
import { createTraffic } from './traffic.js';

/**
 * The program of the load generator, which is a process of its own. It does what its parent tells it over the channel
 * between them, and ends with its parent.
 */

type Run = (command: Command) => Promise<Results[Command['type']]>;

function createRunner(settings: Extract<ToGenerator, { settings: unknown }>['settings']): Run {
  const crowd = createCrowd(settings);
  const traffic = createTraffic(crowd, settings);
  return async (command) => {
    switch (command.type) {
      case 'open':
        return crowd.open(command);
      case 'join':
        return crowd.join(command.concurrency);
      case 'closed':
        return traffic.closed(command);
      case 'fill':
        return traffic.fill(command);
      case 'paced':
        return traffic.paced(command);
      case 'one by one':
        return traffic.oneByOne(command.rooms);
      case 'reconnect':
        return crowd.reconnect(command.after);
      case 'close':
        crowd.close();
        return null;
    }
  };
}

function answer(message: FromGenerator): void {
  process.send?.(message);
}

let run: Run = async () => {
  throw new Error('the generator has not been told its settings');
};
process.on('message', (message: ToGenerator) => {
  if ('settings' in message) {
    run = createRunner(message.settings);
    return;
  }
  const { id, command } = message;
  run(command).then(
    (result) => answer({ id, result }),
    (error: unknown) => answer({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());
