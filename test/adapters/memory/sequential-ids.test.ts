import { createSequentialIds } from '../../../src/adapters/memory/sequential-ids.js';
import { describeIdGeneratorContract } from '../../contracts/id-generator.js';

describeIdGeneratorContract('sequential', () => createSequentialIds('id'));
