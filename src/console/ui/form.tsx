import { type ComponentChildren, createContext, type JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { csrfField } from '../gate.js';

/** The CSRF token of the page that is being written. */
export const FormContext = createContext('');

/**
 * A form that sends an order (POST), with the CSRF token in it. With `upload` it sends files; the token then stands in
 * the address, because the handler reads the body itself.
 */
export function Form({
  action,
  upload = false,
  children,
  ...rest
}: {
  readonly action: string;
  readonly upload?: boolean;
  readonly children: ComponentChildren;
} & Omit<JSX.IntrinsicElements['form'], 'action' | 'method'>) {
  const token = useContext(FormContext);
  if (upload) {
    const address = `${action}${action.includes('?') ? '&' : '?'}${csrfField}=${encodeURIComponent(token)}`;
    return (
      <form {...rest} method="post" action={address} enctype="multipart/form-data">
        {children}
      </form>
    );
  }
  return (
    <form {...rest} method="post" action={action}>
      <input type="hidden" name={csrfField} value={token} />
      {children}
    </form>
  );
}

/** What a field says beside its value. */
interface FieldText {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with what was typed, with the remedy. */
  readonly error?: string | undefined;
}

/** What an `<input>` may have here. */
interface InputOf {
  readonly type?: 'text' | 'password' | 'search' | 'date' | 'number' | 'email' | 'file';
  readonly value?: string | undefined;
  readonly required?: boolean;
  readonly autofocus?: boolean;
  readonly autocomplete?: 'username' | 'current-password' | 'new-password' | 'off';
  readonly autocapitalize?: 'none';
  readonly spellcheck?: boolean;
  readonly placeholder?: string;
  readonly pattern?: string;
  readonly min?: string;
  readonly max?: string;
  readonly maxLength?: number;
  readonly accept?: string;
  readonly multiple?: boolean;
  /** Our script goes to this field on the key `/`. */
  readonly 'data-search'?: boolean;
}

/** A labelled field of one line; hint and error are read with it. */
export function Field({ name, label, hint, error, ...input }: FieldText & InputOf) {
  const id = `champ-${name}`;
  return (
    <div class={error === undefined ? 'field' : 'field wrong'}>
      <label for={id}>{label}</label>
      {hint === undefined ? null : (
        <p class="hint" id={`${id}-aide`}>
          {hint}
        </p>
      )}
      <input
        {...(input as JSX.IntrinsicElements['input'])}
        id={id}
        name={name}
        {...described(id, hint, error)}
      />
      <FieldError id={id} error={error} />
    </div>
  );
}

/** A labelled choice among few; `options` are value and text. */
export function Choice({
  name,
  label,
  hint,
  error,
  options,
  value,
  required = false,
}: FieldText & {
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly value?: string | undefined;
  readonly required?: boolean;
}) {
  const id = `champ-${name}`;
  return (
    <div class={error === undefined ? 'field' : 'field wrong'}>
      <label for={id}>{label}</label>
      {hint === undefined ? null : (
        <p class="hint" id={`${id}-aide`}>
          {hint}
        </p>
      )}
      <select required={required} id={id} name={name} {...described(id, hint, error)}>
        {options.map(([own, text]) => (
          <option key={own} value={own} selected={own === value}>
            {text}
          </option>
        ))}
      </select>
      <FieldError id={id} error={error} />
    </div>
  );
}

function described(id: string, hint: string | undefined, error: string | undefined) {
  const by = [hint === undefined ? '' : `${id}-aide`, error === undefined ? '' : `${id}-erreur`].filter(
    (t) => t !== '',
  );
  return {
    ...(by.length === 0 ? {} : { 'aria-describedby': by.join(' ') }),
    ...(error === undefined ? {} : { 'aria-invalid': 'true' as const }),
  };
}

function FieldError({ id, error }: { readonly id: string; readonly error: string | undefined }) {
  return error === undefined ? null : (
    <p class="error" id={`${id}-erreur`}>
      {error}
    </p>
  );
}

/** A form whose fields stand in the address (GET), so that the page can be sent to a colleague. */
export function Filters({
  action,
  children,
  active,
}: {
  readonly action: string;
  readonly children: ComponentChildren;
  /** Whether a filter is set: then there is a link that drops them all. */
  readonly active: boolean;
}) {
  return (
    <form class="filters" method="get" action={action} aria-label="Filtres">
      {children}
      <div class="buttons">
        <button type="submit">Filtrer</button>
        {active ? <a href={action}>Tout afficher</a> : null}
      </div>
    </form>
  );
}
