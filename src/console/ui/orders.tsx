import type { Delivery } from '../../domain/delivery.js';
import type { Flow } from '../../domain/flow.js';
import { replayRefusal } from '../../domain/replay.js';
import { type WorksRole, worksRoles } from '../../domain/works.js';
import type { InvoiceRow } from '../../ports/store.js';
import type { Role } from '../../ports/store-console.js';
import { reaches } from '../gate.js';
import { DropField, ReasonField } from './drop.js';
import { Choice, Field, Form } from './form.js';
import { address } from './table.js';

/** What may be done with one flow. */
export function FlowOrders({ flow, role }: { readonly flow: Flow; readonly role: Role }) {
  if (!reaches(role, 'support') || replayRefusal(flow) !== null) return null;
  return (
    <p>
      <a class="button" href={address('/retraitement', { flux: flow.id })}>
        Retraiter ce flux
      </a>
    </p>
  );
}

/** What may be done with the flows of a search. */
export function SelectionOrders({
  query,
  role,
  flows,
}: {
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly role: Role;
  readonly flows: readonly Flow[];
}) {
  const filtered = Object.values(query).some((value) => value !== undefined && value !== '');
  if (!reaches(role, 'support') || !filtered || flows.every((flow) => replayRefusal(flow) !== null))
    return null;
  return (
    <p>
      <a class="button second" href={address('/retraitement', query)}>
        Retraiter des flux de cette recherche
      </a>
    </p>
  );
}

const stepNames: Readonly<Record<WorksRole, string>> = {
  validator1: 'premier valideur',
  validator2: 'second valideur',
  moe: 'maître d’œuvre',
  moa: 'maître d’ouvrage',
};
/** Steps of a works route that can be re-addressed, by the status that says so. */
const misdirected: Readonly<Record<string, WorksRole>> = {
  '24': 'validator1',
  '26': 'validator2',
  '28': 'moe',
  '31': 'moa',
};

/** What may be done with one invoice where it stands. */
export function InvoiceOrders({ invoice, role }: { readonly invoice: InvoiceRow; readonly role: Role }) {
  const { id, status } = invoice;
  if (!reaches(role, 'support') || invoice.fate !== 'integrated' || status === null) return null;
  const step = misdirected[status];
  if (status === '06' || status === '34')
    return (
      <details class="sheet">
        <summary>Compléter la facture</summary>
        <Form action={`/factures/${id}/completer`} upload>
          <DropField
            name="pieces"
            label="Pièces à joindre"
            hint="Celles que le destinataire a demandées."
            multiple
            required
          />
          <ReasonField />
          <button type="submit">Joindre et renvoyer</button>
        </Form>
      </details>
    );
  if (status === '04' || step !== undefined)
    return (
      <details class="sheet">
        <summary>Réadresser la facture</summary>
        <Form action={`/factures/${id}/readresser`}>
          {step === undefined ? null : (
            <Choice
              name="cible"
              label="Qui change"
              value={step}
              options={worksRoles.filter((one) => one === step).map((one) => [one, stepNames[one]] as const)}
            />
          )}
          <Field name="siret" label="SIRET" required hint="14 chiffres ; l’annuaire les donne." />
          {step === undefined ? (
            <>
              <Field name="service" label="Code service (facultatif)" />
              <Field
                name="engagement"
                label="Numéro d’engagement (facultatif)"
                hint="Vide : celui de la facture."
              />
            </>
          ) : null}
          <ReasonField />
          <button type="submit">Réadresser</button>
        </Form>
      </details>
    );
  if (status === '02' || status === '03')
    return (
      <details class="sheet">
        <summary>Rappeler la facture</summary>
        <p>Possible tant que son destinataire ne l’a pas relevée. Son numéro reste pris.</p>
        <Form action={`/factures/${id}/rappeler`}>
          <ReasonField />
          <button class="danger" type="submit">
            Rappeler
          </button>
        </Form>
      </details>
    );
  return null;
}

/** Has one delivery written again. */
export function DeliveryOrders({
  delivery: { id, name, state },
  role,
}: {
  readonly delivery: Pick<Delivery, 'id' | 'name' | 'state'>;
  readonly role: Role;
}) {
  if (!reaches(role, 'support') || state === 'pending' || state === 'withdrawn') return null;
  return (
    <details>
      <summary>Renvoyer</summary>
      <Form action={`/envois/${id}/renvoyer`} aria-label={`Renvoyer ${name}`}>
        <ReasonField id={`motif-${id}`} />
        <button class="second" type="submit">
          Renvoyer
        </button>
      </Form>
    </details>
  );
}
