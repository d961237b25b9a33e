import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import { describeLoggerContract } from '../../contracts/logger.js';

describeLoggerContract('recording', () => {
  const logger = createRecordingLogger();
  return {
    logger,
    lines: () =>
      logger.entries.map(({ level, event, fields, ...rest }) => ({
        level,
        event,
        fields,
        hasError: 'error' in rest,
      })),
  };
});
