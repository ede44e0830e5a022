import { dayInParis } from '../domain/dates.js';
import { flowIdOf } from './naming.js';
import { group, leaf, optionalLeaf, type XmlElement } from './xml.js';

/** An application at one end of a flow: its code, six characters, and the name people know it by. */
export interface Application {
  readonly code: string;
  readonly name: string;
}

/** What the envelope of every CPP file says: who sends what to whom, and when. */
export interface EnvelopeFacts {
  /** Outbound name, 8_6_25. */
  readonly name: string;
  /** We, the sender. */
  readonly engine: Application;
  /** The receiver. */
  readonly partner: Application;
  readonly at: Date;
}

// Recepteur/Id and Emetteur/Id have 3 to 8 characters.
const applicationCodeLengthMax = 8;

/**
 * The envelope that CPPStatut and CPPFacturePivot share (DOMAIN 7.1): the parameters `DtPrd` (production day in
 * Paris) and `IdFlx` (the 25-character flow id), then those given, then both partners.
 * @param more further parameters, by their five-character code
 */
export function envelope(
  facts: EnvelopeFacts,
  more: readonly { readonly code: string; readonly value: string }[] = [],
): XmlElement {
  const parameters = [
    { code: 'DtPrd', value: dayInParis(facts.at) },
    { code: 'IdFlx', value: flowIdOf(facts.name) },
    ...more,
  ];
  return group('Enveloppe', [
    group(
      'EnveloppeUnitaire',
      [
        group('Parametres', parameters.map(parameter)),
        group('Partenaires', [
          application('Recepteur', facts.partner),
          application('Emetteur', facts.engine),
        ]),
      ],
      { NumOrdre: '1' },
    ),
  ]);
}

function parameter({ code, value }: { readonly code: string; readonly value: string }, index: number) {
  const order = String(index + 1).padStart(4, '0');
  return group('ParametreIndiv', [leaf('Code', code), leaf('Valeurparametre', value)], { NumOrdre: order });
}

function application(name: string, { code, name: label }: Application): XmlElement {
  return group(name, [leaf('Id', code, applicationCodeLengthMax), optionalLeaf('Libelle', label)]);
}
