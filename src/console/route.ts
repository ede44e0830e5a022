import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { ComponentChildren } from 'preact';
import type { z } from 'zod';
import type { Actor, AuditEvent } from '../domain/flow.js';
import type { ApiKey, Role, Session, User } from '../ports/store-console.js';
import type { Cookies } from './cookies.js';
import type { ConsoleParts } from './parts.js';

/**
 * A route of the console is data: what answers, who may ask, what is kept of it. The table is `routes.ts`; the check of
 * the role, the CSRF check and the audit are done for every row of it in one place (`gate.ts`, `dispatch.ts`).
 *
 * `page({...})` makes a row for a signed-in person that shows something, `action({...})` one that changes something,
 * `open({...})` one that needs no account, `keyed({...})` one that programs call with an API key.
 */

/**
 * Who may ask: anyone; a person of this role or a higher one; a program with an API key that has the scope; a program
 * that the handler itself lets in (a token is asked for, health is looked at).
 */
export type Access = 'public' | Role | 'key' | 'program';

/** A signed-in person. */
export interface Visitor {
  readonly user: User;
  readonly session: Session;
}

/** A short message that the next page shows once. */
export interface Flash {
  readonly tone: 'success' | 'warning' | 'error';
  readonly text: string;
}

/** What a handler answers; `dispatch.ts` makes the HTTP answer of it. */
export type Answer =
  | {
      readonly kind: 'page';
      /** Title of the page, and its first heading. */
      readonly title: string;
      readonly body: ComponentChildren;
      /** Where the page stands: pages above it, from the top. */
      readonly crumbs?: readonly Crumb[];
      readonly status?: number;
      /** The page shows a document of ours in a frame (a PDF). */
      readonly embeds?: boolean;
      readonly cookies?: readonly CookieOrder[];
      /** Address to go to at once, without script. */
      readonly refreshTo?: string;
    }
  | {
      /** A part of a page, for htmx. */
      readonly kind: 'fragment';
      readonly body: ComponentChildren;
      readonly status?: number;
    }
  | LiveAnswer
  | {
      readonly kind: 'redirect';
      readonly to: string;
      readonly flash?: Flash;
      readonly cookies?: readonly CookieOrder[];
    }
  | {
      /** A file; `inline` shows it in the browser (PDF in a page of ours), else it is saved. */
      readonly kind: 'download';
      readonly name: string;
      readonly type: string;
      readonly body: Readable | Uint8Array | string;
      readonly inline?: boolean;
    }
  | {
      readonly kind: 'json';
      readonly status?: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      /** For programs: neither page nor JSON. */
      readonly kind: 'text';
      readonly status?: number;
      readonly type: string;
      readonly body: string;
    };

/** A part of a page that asks for itself again and again (`ui/live.tsx`). */
export interface LiveAnswer {
  readonly kind: 'live';
  /** Id of the element, and the address that gives it. */
  readonly id: string;
  readonly path: string;
  readonly everyS: number;
  readonly body: ComponentChildren;
}

export interface Crumb {
  readonly label: string;
  readonly path: string;
}

/** What becomes of a cookie; name and flags are those of `cookies.ts`. */
export interface CookieOrder {
  readonly cookie: 'session' | 'form' | 'oidc';
  /** Null takes it away. */
  readonly value: string | null;
}

/** What a handler is given. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  readonly parts: ConsoleParts;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Path and query as asked for, to come back to. */
  readonly address: string;
  readonly ip: string;
  readonly agent: string;
  /** CSRF token for forms that are written by hand; `<Form>` writes it itself. */
  readonly csrf: string;
  readonly visitor: Visitor | null;
  /** The key that a program showed, for `role: 'key'`. */
  readonly apiKey: ApiKey | null;
  /** Who acts, for the audit trail. */
  readonly actor: Actor;
  readonly request: FastifyRequest;
  readonly cookies: Cookies;
  /**
   * A line for the audit trail, to be written in the transaction of the act (`tx.insertEvents([call.event(...)])`).
   * For an action that has written none through `call.parts.store`, `dispatch.ts` writes one.
   */
  event(kind: string, text: string, of?: Partial<Pick<AuditEvent, 'flow' | 'invoice'>>): AuditEvent;
}

export type SignedCall<P = unknown, Q = unknown, B = unknown> = Call<P, Q, B> & { readonly visitor: Visitor };

export interface RouteSchema {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly response?: Readonly<Record<number, z.ZodType>>;
  /** For the description of the API. */
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly role: Access;
  /** What the API key must allow, for `role: 'key'`. */
  readonly scope?: string;
  /** Chorus Pro's way: an OAuth token and the header `cpro-account`; errors as `codeRetour` and `libelle`. */
  readonly chorus?: true;
  /** What an action is called in the audit trail when it writes no line itself: a kind, such as `console-user`. */
  readonly audited?: string;
  /** Greatest body; `console.bodyBytesMax` without. */
  readonly bodyBytesMax?: number;
  /**
   * The body is `multipart/form-data`, streamed to the handler: `call.request.parts({ limits: { fileSize } })`. Without
   * a limit of its own a file may be as large as `console.bodyBytesMax`.
   */
  readonly upload?: boolean;
  /** The body may be a file of any size: it is read by the handler as it comes (`call.request.body`, a stream). */
  readonly stream?: true;
  /** May be asked for while the password must be changed. */
  readonly beforePassword?: boolean;
  readonly schema?: RouteSchema;
  readonly handler: (call: Call<never, never, never>) => Promise<Answer>;
}

type Parsed<S, Part extends 'params' | 'query' | 'body'> = S extends { readonly [K in Part]: infer T }
  ? T extends z.ZodType
    ? z.output<T>
    : unknown
  : unknown;

type Row<S extends RouteSchema, C> = Omit<Route, 'handler' | 'schema' | 'method' | 'role' | 'audited'> & {
  readonly schema?: S;
  readonly handler: (call: C) => Promise<Answer>;
};
type CallOf<S> = Call<Parsed<S, 'params'>, Parsed<S, 'query'>, Parsed<S, 'body'>>;
type SignedOf<S> = SignedCall<Parsed<S, 'params'>, Parsed<S, 'query'>, Parsed<S, 'body'>>;

/** A page or a part of one, for a signed-in person of this role or a higher one. */
export function page<const S extends RouteSchema>(row: Row<S, SignedOf<S>> & { readonly role: Role }): Route {
  return { ...row, method: 'GET' } as unknown as Route;
}

/** An order of a signed-in person; `audited` names it in the audit trail. */
export function action<const S extends RouteSchema>(
  row: Row<S, SignedOf<S>> & { readonly role: Role; readonly audited: string },
): Route {
  return { ...row, method: 'POST' } as unknown as Route;
}

/** What anyone may ask, signed in or not. A POST among them checks and audits itself what it does. */
export function open<const S extends RouteSchema>(
  row: Row<S, CallOf<S>> & { readonly method?: Route['method'] },
): Route {
  return { method: 'GET', ...row, role: 'public' } as unknown as Route;
}

/** What programs ask with an API key that has the scope. */
export function keyed<const S extends RouteSchema>(
  row: Row<S, CallOf<S>> & {
    readonly method: Route['method'];
    readonly scope: string;
    readonly audited?: string;
  },
): Route {
  return { ...row, role: 'key' } as unknown as Route;
}

/** What a program asks that the handler itself lets in. */
export function program<const S extends RouteSchema>(
  row: Row<S, CallOf<S>> & { readonly method: Route['method'] },
): Route {
  return { ...row, role: 'program' } as unknown as Route;
}

/** An answer that leads to another page, with a message there. */
export function redirect(to: string, flash?: Flash): Answer {
  return flash === undefined ? { kind: 'redirect', to } : { kind: 'redirect', to, flash };
}
