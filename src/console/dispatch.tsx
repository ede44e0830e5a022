import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Actor, AuditEvent } from '../domain/flow.js';
import type { Store } from '../ports/store.js';
import type { Role } from '../ports/store-console.js';
import type { BackOf } from './back.js';
import type { Cookies } from './cookies.js';
import { versionHeader } from './gate.js';
import type { ConsoleParts } from './parts.js';
import type { Answer, Call, LiveAnswer, Route } from './route.js';
import { policyFor } from './security.js';
import { RoleContext } from './ui/cause.js';
import { Document, type Frame } from './ui/document.js';
import { FormContext } from './ui/form.js';
import { Live, liveVersion } from './ui/live.js';
import type { Navigation } from './ui/navigation.js';

export interface DispatchParts extends ConsoleParts {
  readonly cookies: Cookies;
  readonly navigation: Navigation;
  /** Addresses of style sheet and scripts. */
  readonly assets: Frame['assets'];
  readonly back: BackOf;
}

/** Runs the handler of a route and makes the HTTP answer of what it gives. */
export async function dispatch(
  parts: DispatchParts,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { call, written } = callOf(parts, request);
  const answer = await route.handler(call as Call<never, never, never>);
  if (route.audited !== undefined && !written() && isDone(answer))
    await parts.store.transaction((tx) =>
      tx.insertEvents([call.event(route.audited ?? '', `${route.method} ${request.url.split('?')[0]}`)]),
    );
  return send(parts, call, answer, request, reply);
}

/** An action that shows its form again with what is wrong has done nothing. */
function isDone(answer: Answer): boolean {
  return !('status' in answer) || answer.status === undefined || answer.status < 400;
}

function callOf(parts: DispatchParts, request: FastifyRequest): { call: Call; written(): boolean } {
  const { visitor = null, apiKey = null, csrf = '' } = request.pass ?? {};
  const actor: Actor =
    visitor !== null
      ? `user:${visitor.user.login}`
      : apiKey !== null
        ? `partner:${apiKey.partner}`
        : 'user:?';
  const watched = watchedStore(parts.store);
  const call: Call = {
    parts: { ...parts, store: watched.store },
    params: request.params,
    query: request.query,
    body: request.body,
    address: request.url,
    ip: request.ip,
    agent: request.headers['user-agent'] ?? '',
    csrf,
    visitor,
    apiKey,
    actor,
    request,
    cookies: parts.cookies,
    event: (kind, text, { flow = null, invoice = null } = {}): AuditEvent => ({
      at: parts.clock.now().toISOString(),
      actor,
      kind,
      flow,
      invoice,
      text,
    }),
  };
  return { call, written: watched.written };
}

/** The store, and whether a line of the audit trail was written over it. */
function watchedStore(store: Store): { store: Store; written(): boolean } {
  let wrote = false;
  const watched: Store = {
    ...store,
    transaction: (work) =>
      store.transaction((tx) =>
        work({
          ...tx,
          async insertEvents(events) {
            await tx.insertEvents(events);
            wrote ||= events.length > 0;
          },
        }),
      ),
  };
  return { store: watched, written: () => wrote };
}

async function send(
  parts: DispatchParts,
  call: Call,
  answer: Answer,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if ('cookies' in answer) for (const order of answer.cookies ?? []) parts.cookies.write(reply, order);
  switch (answer.kind) {
    case 'page':
      return sendPage(parts, answer, request, reply);
    case 'fragment':
      return sendHtml(reply.code(answer.status ?? 200), render(answer.body, call.csrf, roleOf(request)));
    case 'live':
      return sendLive(answer, call, request, reply);
    case 'redirect':
      if (answer.flash !== undefined) parts.cookies.flash(reply, answer.flash);
      if (request.headers['hx-request'] === 'true')
        return reply.code(200).header('hx-redirect', answer.to).send('');
      return reply.redirect(answer.to, 303);
    case 'download':
      return sendFile(answer, reply);
    case 'json':
      return reply
        .code(answer.status ?? 200)
        .header('cache-control', 'no-store')
        .headers(answer.headers ?? {})
        .type('application/json; charset=utf-8')
        .send(JSON.stringify(answer.body));
    case 'text':
      return reply
        .code(answer.status ?? 200)
        .header('cache-control', 'no-store')
        .type(answer.type)
        .send(answer.body);
  }
}

/** A whole page, with what frames it: navigation, who is signed in, the message that waits. */
export function sendPage(
  parts: DispatchParts,
  answer: Extract<Answer, { kind: 'page' }>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { visitor = null, csrf = '' } = request.pass ?? {};
  const html = render(
    <Document
      title={answer.title}
      crumbs={answer.crumbs ?? []}
      path={request.url.split('?')[0] ?? '/'}
      user={visitor?.user ?? null}
      csrf={csrf}
      flash={parts.cookies.takeFlash(request, reply)}
      navigation={parts.navigation}
      assets={parts.assets}
      refreshTo={answer.refreshTo ?? null}
    >
      {answer.body}
    </Document>,
    csrf,
    visitor?.user.role ?? null,
  );
  if (answer.embeds === true) reply.header('content-security-policy', policyFor({ embeds: true }));
  return sendHtml(reply.code(answer.status ?? 200), `<!doctype html>${html}`);
}

const roleOf = (request: FastifyRequest): Role | null => request.pass?.visitor?.user.role ?? null;

function render(body: ComponentChildren, csrf: string, role: Role | null): string {
  const page = (
    <RoleContext.Provider value={role}>
      <FormContext.Provider value={csrf}>{body}</FormContext.Provider>
    </RoleContext.Provider>
  );
  return renderToString(page as VNode);
}

function sendHtml(reply: FastifyReply, html: string): FastifyReply {
  return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(html);
}

/** 204 when the browser shows this already: htmx then leaves the page alone. */
function sendLive(
  answer: LiveAnswer,
  call: Call,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { kind: _kind, body, ...live } = answer;
  const version = liveVersion(render(body, call.csrf, roleOf(request)));
  if (request.headers[versionHeader] === version)
    return reply.code(204).header('cache-control', 'no-store').send();
  return sendHtml(reply, render(<Live {...live}>{body}</Live>, call.csrf, roleOf(request)));
}

/** A file name for a header: nothing in it may end the value or the header (RFC 6266). */
export function dispositionOf(name: string, inline: boolean): string {
  const plain = name.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 150) || 'fichier';
  return `${inline ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name.slice(0, 150)).replace(/['()*!]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`;
}

function sendFile(answer: Extract<Answer, { kind: 'download' }>, reply: FastifyReply): FastifyReply {
  const inline = answer.inline === true;
  reply
    .header('content-security-policy', policyFor({ document: true, inline }))
    .header('content-disposition', dispositionOf(answer.name, inline))
    .header('cache-control', 'private, no-store')
    .header('x-frame-options', inline ? 'SAMEORIGIN' : 'DENY')
    .type(answer.type);
  return reply.send(answer.body);
}

/** A short text for the version of something shown. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
