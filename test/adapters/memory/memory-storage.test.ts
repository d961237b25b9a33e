import { describeEventStoreContract } from '../../contracts/event-store.js';
import { openMemoryStorage } from './memory-storage.js';

describeEventStoreContract('memory', openMemoryStorage);
