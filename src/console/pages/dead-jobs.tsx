import { z } from 'zod';
import { page } from '../route.js';
import { Cause } from '../ui/cause.js';
import { ReasonField } from '../ui/drop.js';
import { Form } from '../ui/form.js';
import { count, Empty, Moment } from '../ui/show.js';
import { address, Pager } from '../ui/table.js';

const listMax = 20;
const query = z.object({
  flux: z.string().max(64).optional().catch(undefined),
  depuis: z.string().max(40).optional().catch(undefined),
});

/** Flows that the engine has put aside: they wait for somebody. */
export const deadJobsPage = page({
  path: '/mis-de-cote',
  role: 'reader',
  schema: { query },
  async handler({ parts, query: { flux, depuis }, visitor }) {
    const after = flux === undefined || depuis === undefined ? undefined : { flow: flux, deadAt: depuis };
    const jobs = await parts.store.deadJobs(listMax, after);
    const last = jobs.at(-1);
    return {
      kind: 'page',
      title: 'Flux mis de côté',
      crumbs: [{ label: 'Alertes', path: '/alertes' }],
      body: (
        <>
          <p>
            Le moteur a essayé ces flux plusieurs fois sans y parvenir. Corrigez la cause, puis faites-les
            essayer de nouveau ; y renoncer répond au déposant par un incident, pour qu’il redépose.
          </p>
          {jobs.length === 0 ? (
            <Empty title="Aucun flux n’est mis de côté." />
          ) : (
            jobs.map((job) => (
              <article class="sheet" key={job.flow}>
                <h2>
                  <a href={`/flux/${job.flow}`}>{job.depositedName}</a>
                </h2>
                <p>
                  {job.partner}, mis de côté le <Moment at={job.deadAt} /> après{' '}
                  {job.faults === 0 ? `${count(job.cuts)} interruptions` : `${count(job.faults)} échecs`}.
                </p>
                <p>
                  <Cause code={job.code} detail={job.error} />
                </p>
                {visitor.user.role === 'reader' ? null : (
                  <Form action={`/mis-de-cote/${job.flow}`}>
                    <ReasonField id={`motif-${job.flow}`} />
                    <div class="buttons">
                      <button type="submit" name="ordre" value="essayer">
                        Essayer de nouveau
                      </button>
                      <button class="danger" type="submit" name="ordre" value="renoncer">
                        Y renoncer
                      </button>
                    </div>
                  </Form>
                )}
              </article>
            ))
          )}
          <Pager
            first={after === undefined ? null : '/mis-de-cote'}
            next={
              jobs.length < listMax || last === undefined
                ? null
                : address('/mis-de-cote', { flux: last.flow, depuis: last.deadAt })
            }
          />
        </>
      ),
    };
  },
});
