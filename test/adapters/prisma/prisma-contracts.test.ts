import { describeAccessLogContract } from '../../contracts/access-log.js';
import { describeConsultationQueriesContract } from '../../contracts/consultation-queries.js';
import { describeDirectoryContract } from '../../contracts/directory.js';
import { describeEventStoreContract } from '../../contracts/event-store.js';
import { describeMessageHistoryContract } from '../../contracts/message-history.js';
import { describeStateReaderContract } from '../../contracts/state-reader.js';
import { AWKWARD_SETTINGS, openPrismaStorage } from './prisma-storage.js';

// On a database whose defaults are nothing like those of a developer's machine.
const open = () => openPrismaStorage(AWKWARD_SETTINGS);

describeEventStoreContract('prisma', open);
describeStateReaderContract('prisma', open, { numRuns: 25 });
describeMessageHistoryContract('prisma', open);
describeConsultationQueriesContract('prisma', open);
describeAccessLogContract('prisma', open);
describeDirectoryContract('prisma', open);
