import type { ComponentChildren } from 'preact';
import type { User } from '../../ports/store-console.js';
import type { Crumb, Flash } from '../route.js';
import { Form } from './form.js';
import { isCurrent, type Navigation, visibleTo } from './navigation.js';

/** What stands around every page. */
export interface Frame {
  readonly title: string;
  readonly crumbs: readonly Crumb[];
  readonly path: string;
  readonly user: User | null;
  readonly csrf: string;
  readonly flash: Flash | null;
  readonly navigation: Navigation;
  readonly assets: { readonly style: string; readonly scripts: readonly string[]; readonly icon: string };
  readonly refreshTo: string | null;
  readonly children: ComponentChildren;
}

/** Nothing that htmx would evaluate or write into the page by itself: the content policy would refuse it. */
const htmxConfig = JSON.stringify({
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  timeout: 30_000,
});

/** The HTML document: head, skip link, banner with navigation, breadcrumbs, message, main part, foot. */
export function Document(frame: Frame) {
  const { title, csrf, assets, children, refreshTo } = frame;
  return (
    <html lang="fr">
      <head>
        <meta charset="utf-8" />
        <title>{`${title} – Écluse`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={htmxConfig} />
        {refreshTo === null ? null : <meta http-equiv="refresh" content={`0;url=${refreshTo}`} />}
        <link rel="icon" href={assets.icon} />
        <link rel="stylesheet" href={assets.style} />
        {assets.scripts.map((path) => (
          <script key={path} src={path} defer />
        ))}
      </head>
      <body hx-headers={JSON.stringify({ 'X-CSRF-Token': csrf })}>
        <a class="skip" href="#contenu">
          Aller au contenu
        </a>
        <Banner {...frame} />
        <main id="contenu" tabIndex={-1}>
          <Crumbs crumbs={frame.crumbs} title={title} />
          <h1>{title}</h1>
          <Message flash={frame.flash} />
          {children}
        </main>
        <footer class="foot">
          <p>
            Écluse, moteur d’échange de factures vers le secteur public · <a href="/a-propos">À propos</a>
          </p>
        </footer>
      </body>
    </html>
  );
}

function Banner({ user, navigation, path }: Frame) {
  return (
    <header class="banner">
      <a class="brand" href="/">
        Écluse
      </a>
      {user === null ? null : (
        <>
          <nav aria-label="Navigation principale">
            <ul>
              {visibleTo(navigation, user.role).map((item) => (
                <li key={item.path}>
                  <a href={item.path} aria-current={isCurrent(item, path) ? 'page' : undefined}>
                    {item.label}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <div class="who">
            <a href="/compte">
              {user.name}
              <span class="unseen"> : mon compte</span>
            </a>
            <Form action="/deconnexion" class="inline">
              <button class="quiet" type="submit">
                Se déconnecter
              </button>
            </Form>
          </div>
        </>
      )}
    </header>
  );
}

function Crumbs({ crumbs, title }: { readonly crumbs: readonly Crumb[]; readonly title: string }) {
  if (crumbs.length === 0) return null;
  return (
    <nav class="crumbs" aria-label="Fil d’Ariane">
      <ol>
        {crumbs.map(({ label, path }) => (
          <li key={path}>
            <a href={path}>{label}</a>
          </li>
        ))}
        <li aria-current="page">{title}</li>
      </ol>
    </nav>
  );
}

/** The message of the last action; read out at once. The place is there always, for messages of our script. */
function Message({ flash }: { readonly flash: Flash | null }) {
  return (
    <div id="messages" aria-live="polite">
      {flash === null ? null : (
        <p class={`flash ${flash.tone}`} role={flash.tone === 'error' ? 'alert' : 'status'}>
          {flash.text}
        </p>
      )}
    </div>
  );
}
