import { type ErrorDetail, ParseOption, XmlDocument } from 'libxml2-wasm';
import * as internals from 'libxml2-wasm/lib/libxml2.mjs';
import type { Root } from './catalogue.js';

const { error, xmlCtxtSetErrorHandler, xmlDocGetRootElement, xmlFreeDoc, xmlFreeParserCtxt } = internals;
const { xmlGetIntSubset, xmlNewParserCtxt, xmlReadMemory, XmlNodeStruct, XmlNsStruct } = internals;

/** Is there, but left out of its types: the document at an address of libxml2's memory. */
const { getInstance } = XmlDocument as unknown as {
  getInstance(this: unknown, pointer: number): XmlDocument;
};

/** No network, no external entity; documents are limited in size before they come here, hence HUGE. */
const parseOptions =
  ParseOption.XML_PARSE_NONET |
  ParseOption.XML_PARSE_NO_XXE |
  ParseOption.XML_PARSE_BIG_LINES |
  ParseOption.XML_PARSE_HUGE |
  ParseOption.XML_PARSE_NO_SYS_CATALOG |
  ParseOption.XML_PARSE_COMPACT |
  ParseOption.XML_PARSE_SKIP_IDS;

/** From this level on libxml2's messages are failures; below they are warnings. */
const errorLevel = 2;
/** A context keeps the names of all documents it has parsed: after so many bytes of them it is left. */
const contextBytesMax = 4 * 1024 * 1024;

/** A document in libxml2's memory. */
export interface ParsedDocument {
  readonly address: number;
  readonly root: Root;
  readonly hasDtd: boolean;
  /** The library's own view of it, made at the first question. */
  view(): XmlDocument;
  /** To be called once, and nothing after it. */
  dispose(): void;
}

export type Parsed =
  | { readonly ok: true; readonly document: ParsedDocument }
  | { readonly ok: false; readonly details: readonly ErrorDetail[] };

export interface DocumentParser {
  parse(bytes: Uint8Array): Parsed;
  dispose(): void;
}

/**
 * A parser that keeps libxml2's context from one document to the next, with the names it has met: documents of a kind
 * have the same ones. A context in which something went wrong is not used again.
 */
export function createDocumentParser(): DocumentParser {
  let context = 0;
  let bytesParsed = 0;

  function leave(): void {
    if (context !== 0) xmlFreeParserCtxt(context);
    context = 0;
    bytesParsed = 0;
  }

  function parse(bytes: Uint8Array): Parsed {
    if (context === 0) context = xmlNewParserCtxt();
    bytesParsed += bytes.byteLength;
    const details: ErrorDetail[] = [];
    const slot = error.storage.allocate(details);
    try {
      xmlCtxtSetErrorHandler(context, error.errorCollector, slot);
      const pointer = xmlReadMemory(context, bytes, null, null, parseOptions);
      const failed = pointer === 0 || details.some(({ level }) => level >= errorLevel);
      if (failed && pointer !== 0) xmlFreeDoc(pointer);
      if (failed || details.length > 0 || bytesParsed > contextBytesMax) leave();
      return failed ? { ok: false, details } : { ok: true, document: documentAt(pointer) };
    } catch (thrown) {
      leave();
      throw thrown;
    } finally {
      error.storage.free(slot);
    }
  }

  return { parse, dispose: leave };
}

function documentAt(pointer: number): ParsedDocument {
  let view: XmlDocument | null = null;
  const root = xmlDocGetRootElement(pointer);
  const namespace = XmlNodeStruct.namespace(root);
  return {
    address: pointer,
    root: {
      name: XmlNodeStruct.name_(root),
      namespace: namespace === 0 ? '' : XmlNsStruct.href(namespace),
    },
    hasDtd: xmlGetIntSubset(pointer) !== 0,
    view() {
      view ??= getInstance.call(XmlDocument, pointer);
      return view;
    },
    dispose() {
      if (view === null) xmlFreeDoc(pointer);
      else view.dispose();
    },
  };
}
