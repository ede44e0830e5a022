import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Role } from '../../ports/store-console.js';
import { faultText } from '../fault-texts.js';
import { withoutIbans } from './show.js';

/** The role of who reads the page that is being written; null for nobody. */
export const RoleContext = createContext<Role | null>(null);

/** Why something failed: a sentence for everybody, the words of the engine for administrators. */
export function Cause({
  code,
  detail,
  text = faultText(code),
}: {
  /** Of a fault; null where it is not known. */
  readonly code: string | null;
  readonly detail: string | null;
  /** A sentence that says more than the one of the code. */
  readonly text?: string;
}) {
  const administrator = useContext(RoleContext) === 'administrator';
  return (
    <>
      {text}
      {administrator && detail !== null && detail !== '' ? (
        <details class="cause">
          <summary>Détail technique</summary>
          <code lang="en">
            {code === null ? '' : `${code} : `}
            {withoutIbans(detail.slice(0, 500))}
          </code>
        </details>
      ) : null}
    </>
  );
}
