import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { brotliCompressSync } from 'node:zlib';

/** The few files that a browser loads, kept in memory: a name that is not here is not found, whatever it says. */
export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  readonly brotli: Buffer;
  readonly version: string;
}

const require = createRequire(import.meta.url);
const own = (name: string) => new URL(`./static/${name}`, import.meta.url);

/** Reads the style sheet, our script and htmx. */
export function loadAssets(): ReadonlyMap<string, Asset> {
  const css = 'text/css; charset=utf-8';
  const script = 'text/javascript; charset=utf-8';
  return new Map([
    ['console.css', asset(readFileSync(own('console.css')), css)],
    ['console.js', asset(readFileSync(own('console.js')), script)],
    ['htmx.js', asset(readFileSync(require.resolve('htmx.org/dist/htmx.min.js')), script)],
    ['icon.svg', asset(readFileSync(own('icon.svg')), 'image/svg+xml')],
  ]);
}

function asset(bytes: Buffer, type: string): Asset {
  const version = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return { type, bytes, brotli: brotliCompressSync(bytes), version };
}

/** Addresses with the version in them: a browser may keep the file for ever. */
export function assetPaths(assets: ReadonlyMap<string, Asset>) {
  const path = (name: string) => `/assets/${name}?v=${assets.get(name)?.version ?? ''}`;
  return {
    style: path('console.css'),
    scripts: [path('htmx.js'), path('console.js')],
    icon: path('icon.svg'),
  };
}
