/** A small seeded generator (mulberry32): the same seed gives the same mutations everywhere. */
export interface Random {
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
  };
}

/** An element of a document as offsets: start tag [from, open), content [open, close), end tag [close, to). */
interface Span {
  readonly name: string;
  readonly from: number;
  readonly open: number;
  readonly close: number;
  readonly to: number;
  readonly depth: number;
  readonly leaf: boolean;
}

export interface Mutant {
  readonly text: string;
  readonly kind: string;
  readonly what: string;
}

const markup =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(\/?)([^\s/>]+)(?:[^>"']|"[^"]*"|'[^']*')*>/g;

/** Elements of a well-formed document, the root first. */
function spansOf(text: string): Span[] {
  const spans: Span[] = [];
  const open: { name: string; from: number; open: number; children: number }[] = [];
  for (const tag of text.matchAll(markup)) {
    const [whole, slash, name] = tag;
    const from = tag.index;
    if (name === undefined || name.startsWith('!')) continue;
    const to = from + whole.length;
    if (slash === '/') {
      const started = open.pop();
      if (started === undefined) return [];
      spans.push({ ...started, close: from, to, depth: open.length, leaf: started.children === 0 });
    } else {
      const parent = open.at(-1);
      if (parent !== undefined) parent.children += 1;
      if (whole.endsWith('/>'))
        spans.push({ name, from, open: to, close: to, to, depth: open.length, leaf: true });
      else open.push({ name, from, open: to, children: 0 });
    }
  }
  return open.length === 0 ? spans.sort((a, b) => a.from - b.from) : [];
}

type Mutation = (text: string, span: Span, spans: readonly Span[], random: Random) => string | null;

const cut = (text: string, from: number, to: number, put = '') => text.slice(0, from) + put + text.slice(to);
const startTag = (text: string, span: Span) => text.slice(span.from, span.open);

function move(text: string, span: Span, spans: readonly Span[], random: Random): string | null {
  const targets = spans.filter((one) => one.depth > 0 && (one.to <= span.from || one.from >= span.to));
  if (targets.length === 0) return null;
  const near = targets.filter((one) => one.depth === span.depth);
  const target = random.pick(near.length > 0 && random.below(4) > 0 ? near : targets);
  const moved = text.slice(span.from, span.to);
  return target.from >= span.to
    ? text.slice(0, span.from) + text.slice(span.to, target.to) + moved + text.slice(target.to)
    : text.slice(0, target.from) + moved + text.slice(target.from, span.from) + text.slice(span.to);
}

function rename(text: string, span: Span, spans: readonly Span[], random: Random): string | null {
  const other = random.below(2) === 0 ? `${span.name}x` : random.pick(spans).name;
  if (other === span.name || span.close === span.to) return null;
  const end = text.slice(span.close, span.to).replace(span.name, other);
  const start = startTag(text, span).replace(span.name, other);
  return text.slice(0, span.from) + start + text.slice(span.open, span.close) + end + text.slice(span.to);
}

const values = [
  '',
  ' ',
  'x',
  '0',
  '-1',
  '1,5',
  '1.5',
  '1e3',
  'INF',
  '+7',
  '007',
  '12345',
  '2025-02-30',
  '2025-02-28',
  '20250228',
  '2025-02-28Z',
  '2025-02-28T10:00:00',
  '10:00:00',
  'true',
  'TRUE',
  '1 2',
  '\n3\n',
  'é',
  'A11',
  'A22',
  'A1 ',
  'EUR',
  'eur',
  '381',
  '97',
  '01',
  '1',
  '9',
  '=',
  'QUJD',
  'QUJ',
  'a b',
  'x'.repeat(21),
  'x'.repeat(51),
  '&lt;b&gt;',
  'urn:x',
  'fr-FR',
  '%%',
];

function value(text: string, span: Span, _spans: readonly Span[], random: Random): string | null {
  if (!span.leaf || span.close === span.to) return null;
  return cut(text, span.open, span.close, random.pick(values));
}

function attribute(text: string, span: Span, _spans: readonly Span[], random: Random): string {
  const tag = startTag(text, span);
  const own = [...tag.matchAll(/\s([^\s=:]+)\s*=\s*("[^"]*"|'[^']*')/g)].filter(
    ([, name]) => name !== 'xmlns',
  );
  const chosen = own.length > 0 && random.below(3) > 0 ? random.pick(own) : undefined;
  const [whole, name] = chosen ?? [];
  if (whole === undefined) {
    const added = random.pick([
      'foo',
      'Id',
      'currencyID',
      'NumOrdre',
      'schemeID',
      'format',
      'unitCode',
      'mimeCode',
      'listID',
      'languageID',
      'compteur',
      'Compteur',
    ]);
    if (tag.includes(` ${added}=`)) return text;
    return cut(
      text,
      span.from + 1 + span.name.length,
      span.from + 1 + span.name.length,
      ` ${added}="${random.pick(values)}"`,
    );
  }
  const put =
    random.below(3) === 0
      ? ''
      : random.below(2) === 0
        ? ` ${name}="${random.pick(values)}"`
        : ` ${name}x="1"`;
  return text.slice(0, span.from) + tag.replace(whole, put) + text.slice(span.open);
}

const mutations: Readonly<Record<string, Mutation>> = {
  removed: (text, span) => cut(text, span.from, span.to),
  doubled: (text, span) => cut(text, span.to, span.to, text.slice(span.from, span.to)),
  moved: move,
  renamed: rename,
  value,
  attribute,
  emptied: (text, span) => (span.close === span.to ? null : cut(text, span.open, span.close)),
  filled: (text, span, spans, random) => {
    const other = random.pick(spans);
    if (span.close === span.to || other.depth === 0) return null;
    return cut(text, span.open, span.open, random.below(3) === 0 ? 'x' : text.slice(other.from, other.to));
  },
};

/** One random change to one element below the root; null when the one drawn does not apply. */
export function mutate(text: string, random: Random): Mutant | null {
  const spans = spansOf(text);
  const below = spans.filter((span) => span.depth > 0);
  if (below.length === 0) return null;
  const kind = random.pick(Object.keys(mutations));
  const span = random.pick(below);
  const changed = mutations[kind]?.(text, span, spans, random) ?? null;
  if (changed === null || changed === text) return null;
  return { text: changed, kind, what: `${kind} <${span.name}> at ${span.from}` };
}
