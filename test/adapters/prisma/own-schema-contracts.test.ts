import { describeAccessLogContract } from '../../contracts/access-log.js';
import { describeConsultationQueriesContract } from '../../contracts/consultation-queries.js';
import { describeDirectoryContract } from '../../contracts/directory.js';
import { describeEventStoreContract } from '../../contracts/event-store.js';
import { describeMessageHistoryContract } from '../../contracts/message-history.js';
import { describeStateReaderContract } from '../../contracts/state-reader.js';
import { HOST_TABLES } from './host-tables.js';
import { openPrismaStorageBeside } from './prisma-storage.js';

// A name that has to be quoted.
const open = () => openPrismaStorageBeside(HOST_TABLES, 'Tele-Chat');
const name = 'prisma in a schema of its own';

describeEventStoreContract(name, open);
describeStateReaderContract(name, open, { numRuns: 10 });
describeMessageHistoryContract(name, open);
describeConsultationQueriesContract(name, open);
describeAccessLogContract(name, open);
describeDirectoryContract(name, open);
