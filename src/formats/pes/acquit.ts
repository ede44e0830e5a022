import type { Finding } from '../../domain/finding.js';
import { findingOf } from '../../domain/finding-rules.js';
import type { PesEnvelope } from '../../domain/pes.js';
import { Fault } from '../../errors.js';
import { decodeXml } from '../../xml/decode.js';
import { child, childrenOf, descendants, type XmlNode } from '../../xml/node.js';
import { parseXml } from '../../xml/tree.js';
import { pesEnvelopeOf, valueIn } from './facts.js';

export interface PesAckError {
  readonly code: string | null;
  readonly label: string | null;
}

export interface PesAckElement {
  /** DomaineAck: `0` technical, `4` PJ, `5` dépense, `12` facture, ... */
  readonly domain: string | null;
  /** Null where it says neither yes nor no. */
  readonly accepted: boolean | null;
  readonly bordereau: string | null;
  readonly exercice: string | null;
  readonly pieceId: string | null;
  readonly errors: readonly PesAckError[];
  readonly details: readonly {
    readonly number: string | null;
    readonly errors: readonly PesAckError[];
    readonly lines: readonly { readonly number: string | null; readonly errors: readonly PesAckError[] }[];
  }[];
}

/** A PES_ACQUIT as read: it is matched to what was sent by NomFic and CodCol (PES 5). */
export interface PesAcquit {
  readonly namespace: string;
  readonly envelope: PesEnvelope;
  readonly elements: readonly PesAckElement[];
  /** False when one element is refused, null when there is none that says so or the contrary. */
  readonly accepted: boolean | null;
}

/**
 * Reads a PES_ACQUIT, as lenient as real ones ask for (PES 6): of any version and namespace, with its blocks in any
 * order, some of them missing, valid against its schema or not. What is refused is what is no PES_ACQUIT at all.
 */
export function readPesAcquit(
  bytes: Buffer,
): { readonly ok: true; readonly acquit: PesAcquit } | { readonly ok: false; readonly finding: Finding } {
  const decoded = decodeXml(bytes);
  if (!decoded.ok) {
    const problem = `des octets ne sont pas de l'encodage ${decoded.encoding}`;
    return { ok: false, finding: findingOf('ECL-XML-ENCODING', { problem }) };
  }
  if (/<!DOCTYPE/i.test(decoded.text)) return { ok: false, finding: findingOf('ECL-XML-DTD', {}) };
  let root: XmlNode;
  try {
    root = parseXml(decoded.text);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return {
      ok: false,
      finding: findingOf('ECL-XML-MALFORMED', { problem: "sa structure n'est pas lisible" }),
    };
  }
  if (root.local !== 'PES_ACQUIT') {
    const facts = { entry: 'le fichier', found: `racine « ${root.name} »`, expected: 'PES_ACQUIT' };
    return { ok: false, finding: findingOf('IRR_SYNTAX', facts) };
  }
  return { ok: true, acquit: acquitOf(root) };
}

function acquitOf(root: XmlNode): PesAcquit {
  const elements: PesAckElement[] = [];
  for (const node of descendants(root)) if (node.local === 'ElementACQUIT') elements.push(elementOf(node));
  const said = elements.flatMap(({ accepted }) => accepted ?? []);
  return {
    namespace: root.namespace,
    envelope: pesEnvelopeOf(root),
    elements,
    accepted: said.length === 0 ? null : said.every((one) => one),
  };
}

function elementOf(node: XmlNode): PesAckElement {
  const state = valueIn(node, 'EtatAck')?.trim().toLowerCase();
  return {
    domain: valueIn(node, 'DomaineAck'),
    accepted: state === '1' || state === 'true' ? true : state === '0' || state === 'false' ? false : null,
    bordereau: valueIn(node, 'NumBord'),
    exercice: valueIn(node, 'ExerciceBord'),
    pieceId: valueIn(node, 'IdUnique'),
    errors: errorsOf(node),
    details: childrenOf(node, 'DetailPiece').map((piece) => ({
      number: valueIn(piece, 'NumPiece'),
      errors: errorsOf(piece),
      lines: childrenOf(piece, 'DetailLigne').map((line) => ({
        number: valueIn(line, 'NumLigne'),
        errors: errorsOf(line),
      })),
    })),
  };
}

function errorsOf(node: XmlNode): readonly PesAckError[] {
  return childrenOf(node, 'Erreur').map((error) => ({
    code: valueIn(error, 'NumAnoAck'),
    label: valueIn(error, 'LibelleAnoAck') ?? (child(error, 'LibelleAnoAck')?.text || null),
  }));
}
