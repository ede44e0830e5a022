import type { ErrorDetail } from 'libxml2-wasm';
import * as internals from 'libxml2-wasm/lib/libxml2.mjs';

const { error, XmlErrorStruct, xmlGetNodePath } = internals;
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

/** Runs a validation whose error has full details for the first `max` messages; the others are blank. */
export function withDetailsUpTo<T>(max: number, validation: () => T): T {
  const own = error.errorCollector;
  detailsMax = max;
  error.errorCollector = cappedCollector;
  try {
    return validation();
  } finally {
    error.errorCollector = own;
  }
}
