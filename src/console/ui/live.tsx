import { createHash } from 'node:crypto';
import type { ComponentChildren } from 'preact';
import { useContext } from 'preact/hooks';
import { renderToString } from 'preact-render-to-string';
import { versionHeader } from '../gate.js';
import { FormContext } from './form.js';

/**
 * A part of a page that asks for itself every `everyS` seconds. The page shows `<Live id path everyS>…</Live>`; the
 * route at `path` answers `{kind: 'live', id, path, everyS, body}` with the same children. What is shown already is
 * answered with 204 and left alone: focus and reading position stay. Our script stops asking while nobody looks.
 */
export function Live({
  id,
  path,
  everyS,
  children,
}: {
  readonly id: string;
  readonly path: string;
  readonly everyS: number;
  readonly children?: ComponentChildren;
}) {
  const token = useContext(FormContext);
  const html = renderToString(<FormContext.Provider value={token}>{children}</FormContext.Provider>);
  return (
    <div
      id={id}
      class="live"
      hx-get={path}
      hx-trigger={`every ${everyS}s`}
      hx-swap="outerHTML"
      hx-headers={JSON.stringify({ [versionHeader]: liveVersion(html) })}
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}

/** What is shown, as a short text. */
export function liveVersion(html: string): string {
  return createHash('sha256').update(html).digest('base64url').slice(0, 16);
}
