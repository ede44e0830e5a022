import type { ComponentChildren } from 'preact';
import { Moment } from './show.js';

/** One step of a story. */
export interface Step {
  readonly key: string;
  readonly at: string;
  readonly title: ComponentChildren;
  /** Who did it, as read by people. */
  readonly by?: string;
  readonly detail?: ComponentChildren;
}

/** What happened, the oldest first, each step with its moment. */
export function Timeline({ steps, label }: { readonly steps: readonly Step[]; readonly label: string }) {
  return (
    <ol class="timeline" aria-label={label}>
      {steps.map(({ key, at, title, by, detail }) => (
        <li key={key}>
          <Moment at={at} /> <strong>{title}</strong>
          {by === undefined ? null : <span> · {by}</span>}
          {detail === undefined ? null : <div>{detail}</div>}
        </li>
      ))}
    </ol>
  );
}
