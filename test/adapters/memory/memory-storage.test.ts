import { describeAccessLogContract } from '../../contracts/access-log.js';
import { describeConsultationQueriesContract } from '../../contracts/consultation-queries.js';
import { describeDirectoryContract } from '../../contracts/directory.js';
import { describeEventStoreContract } from '../../contracts/event-store.js';
import { describeMessageHistoryContract } from '../../contracts/message-history.js';
import { describeStateReaderContract } from '../../contracts/state-reader.js';
import { openMemoryStorage } from './memory-storage.js';

describeEventStoreContract('memory', openMemoryStorage);
describeStateReaderContract('memory', openMemoryStorage);
describeMessageHistoryContract('memory', openMemoryStorage);
describeConsultationQueriesContract('memory', openMemoryStorage);
describeAccessLogContract('memory', openMemoryStorage);
describeDirectoryContract('memory', openMemoryStorage);
