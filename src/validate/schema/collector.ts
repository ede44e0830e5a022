import type { ErrorDetail, XsdValidator } from 'libxml2-wasm';
import * as internals from 'libxml2-wasm/lib/libxml2.mjs';

const { error, XmlErrorStruct, xmlGetNodePath, xmlSchemaFreeValidCtxt } = internals;
const { xmlSchemaNewValidCtxt, xmlSchemaSetValidStructuredErrors, xmlSchemaValidateDoc } = internals;
/** Exported by the module but left out of its types: makes a function that WebAssembly can call. */
const { addFunction } = internals as unknown as {
  addFunction(call: (index: number, err: number) => void, signature: 'vii'): number;
};

const uncounted: ErrorDetail = { message: '', level: 2, line: 0, col: 0 };
let detailsMax = Number.POSITIVE_INFINITY;

/**
 * Takes the place of the collector of libxml2-wasm, which works out the path of the node for every message:
 * that is quadratic in the number of siblings, seconds for 20,000 wrong lines and minutes for a hostile file.
 * Here messages beyond the maximum are only counted.
 */
const cappedCollector = addFunction((index: number, err: number) => {
  const details = error.storage.get(index);
  details.push(details.length < detailsMax ? detailOf(err) : uncounted);
}, 'vii');

function detailOf(err: number): ErrorDetail {
  const xpath = xmlGetNodePath(XmlErrorStruct.node(err));
  return {
    message: XmlErrorStruct.message(err),
    level: XmlErrorStruct.level(err),
    line: XmlErrorStruct.line(err),
    col: XmlErrorStruct.col(err),
    ...(xpath === null ? {} : { xpath }),
  };
}

/**
 * Validates the document at an address of libxml2's memory; null when the validator gives up. The first `max` messages
 * have full details, the others are blank.
 */
export function validateDocument(
  validator: XsdValidator,
  document: number,
  max: number,
): readonly ErrorDetail[] | null {
  const details: ErrorDetail[] = [];
  const slot = error.storage.allocate(details);
  const context = xmlSchemaNewValidCtxt(addressOf(validator));
  detailsMax = max;
  try {
    xmlSchemaSetValidStructuredErrors(context, cappedCollector, slot);
    const result = xmlSchemaValidateDoc(context, document);
    return result < 0 ? null : result > 0 ? details : noDetails;
  } finally {
    error.storage.free(slot);
    xmlSchemaFreeValidCtxt(context);
  }
}

const noDetails: readonly ErrorDetail[] = [];

/** The library keeps it from its types. */
function addressOf(validator: XsdValidator): number {
  return (validator as unknown as { readonly _ptr: number })._ptr;
}
