/** The content security policy: nothing but our own files, no inline script or style, no frame around us. */
export function policyFor(of: {
  /** The page shows a document of ours in a frame. */
  readonly embeds?: boolean;
  /** A file, not a page; `inline` when a page of ours may frame it. */
  readonly document?: boolean;
  readonly inline?: boolean;
}): string {
  const frames = of.inline === true ? "frame-ancestors 'self'" : "frame-ancestors 'none'";
  if (of.document === true) {
    // The browser's PDF viewer needs its own styles within the document; scripts of the document never run.
    return `default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; base-uri 'none'; form-action 'none'; ${frames}`;
  }
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    ...(of.embeds === true ? ["object-src 'self'", "frame-src 'self'"] : []),
    frames,
  ].join('; ');
}

/** Headers of every answer; a page or a file may set its own policy. */
export function securityHeaders(secure: boolean): Readonly<Record<string, string>> {
  return {
    'content-security-policy': policyFor({}),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // With `no-referrer` browsers send `Origin: null` with our own forms.
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'x-robots-tag': 'noindex, nofollow',
    ...(secure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}
