/** A dynamic error of XPath: where the official engine stops, the document is refused. */
export class DynamicError extends Error {
  override readonly name = 'DynamicError';

  constructor(
    /** Code of the XPath recommendations, `FORG0001` for instance. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
