import type { ComponentChildren } from 'preact';

/** A field for files: chosen by button or keyboard, or dropped on it. */
export function DropField({
  name,
  label,
  hint,
  accept,
  multiple = false,
  required = false,
}: {
  readonly name: string;
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly accept?: string;
  readonly multiple?: boolean;
  readonly required?: boolean;
}) {
  const id = `champ-${name}`;
  return (
    <div class="field drop" data-drop>
      <label for={id}>{label}</label>
      {hint === undefined ? null : (
        <p class="hint" id={`${id}-aide`}>
          {hint}
        </p>
      )}
      <input
        type="file"
        id={id}
        name={name}
        multiple={multiple}
        required={required}
        {...(accept === undefined ? {} : { accept })}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-aide` })}
      />
    </div>
  );
}

/** Why it is done: asked for by every order that is kept with its reason. */
export function ReasonField({
  id = 'motif',
  required = true,
}: {
  readonly id?: string;
  readonly required?: boolean;
}) {
  return (
    <div class="field">
      <label for={`champ-${id}`}>Motif{required ? '' : ' (facultatif)'}</label>
      <p class="hint" id={`champ-${id}-aide`}>
        Gardé dans le journal avec votre nom et l’heure.
      </p>
      <input
        id={`champ-${id}`}
        name="motif"
        required={required}
        minLength={required ? 3 : undefined}
        maxLength={500}
        autocomplete="off"
        aria-describedby={`champ-${id}-aide`}
      />
    </div>
  );
}
