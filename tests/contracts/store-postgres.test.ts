import { afterAll, beforeAll, describe, it } from 'vitest';
import { postgresStore } from '../../src/adapters/store/postgres.js';
import {
  createTemplate,
  type Postgres,
  postgresMissing,
  startPostgres,
  storeOptions,
} from '../helpers/postgres.js';
import { type StorePlace, storeContract } from './store.contract.js';
import { alertStoreContract } from './store-alerts.contract.js';
import { consoleStoreContract } from './store-console.contract.js';
import { consoleReadsContract } from './store-console-reads.contract.js';
import { jobStoreContract } from './store-jobs.contract.js';
import { leaseStoreContract } from './store-leases.contract.js';
import { lifeStoreContract } from './store-life.contract.js';
import { manyStoreContract } from './store-many.contract.js';
import { questionStoreContract } from './store-questions.contract.js';
import { replayStoreContract } from './store-replays.contract.js';
import { retentionStoreContract } from './store-retention.contract.js';

if (postgresMissing !== null) {
  console.warn(`the contracts of the PostgreSQL store are skipped: ${postgresMissing}`);
  it.skip('the store on PostgreSQL', () => undefined);
} else {
  let server: Postgres;
  let template: string;

  beforeAll(async () => {
    server = await startPostgres();
    template = await createTemplate(server);
  }, 120_000);
  afterAll(() => server.close());

  const createPlace = async (): Promise<StorePlace> => {
    const database = await server.createDatabase(template);
    return {
      open: () => postgresStore(storeOptions(server, database)),
      remove: async () => void (await server.dropDatabase(database)),
    };
  };

  describe('over PostgreSQL', () => {
    storeContract('postgres', createPlace);
    alertStoreContract('postgres', createPlace);
    questionStoreContract('postgres', createPlace);
    replayStoreContract('postgres', createPlace);
    lifeStoreContract('postgres', createPlace);
    manyStoreContract('postgres', createPlace);
    retentionStoreContract('postgres', createPlace);
    leaseStoreContract('postgres', createPlace);
    jobStoreContract('postgres', createPlace);
    consoleReadsContract('postgres', createPlace);
    consoleStoreContract('postgres', createPlace);
  });
}
