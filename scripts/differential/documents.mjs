// New invoices from real ones: elements and values move from one document to another of the same syntax, so that most
// of what comes out still has the form that its schema asks for, and many combinations that nobody wrote.

const markup =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(\/?)([^\s/>]+)(?:[^>"']|"[^"]*"|'[^']*')*>/g;
const localOf = (name) => name.slice(name.indexOf(':') + 1);
const attribute = /\s([\w:]+)="([^"]*)"/g;
const prefixOf = (name) => name.slice(0, name.indexOf(':') + 1);

/**
 * Elements below the root, as offsets: start tag [from, open), content [open, close), end tag [close, to); with the
 * names of the parent and of the sibling before.
 */
function elementsOf(text) {
  const found = [];
  const open = [];
  const end = (one, close, to) => {
    const parent = open.at(-1);
    if (parent === undefined) return;
    found.push({ ...one, parent: parent.local, before: parent.last, close, to });
    parent.leaf = false;
    parent.last = one.local;
  };
  for (const tag of text.matchAll(markup)) {
    const [whole, slash, name] = tag;
    if (name === undefined || name.startsWith('!')) continue;
    const to = tag.index + whole.length;
    if (slash === '/') {
      const one = open.pop();
      if (one !== undefined) end(one, tag.index, to);
      continue;
    }
    const one = { name, local: localOf(name), from: tag.index, open: to, leaf: true, last: '' };
    if (whole.endsWith('/>')) end(one, to, to);
    else open.push(one);
  }
  return found;
}

/** Prefixes that nearly all documents give to these names; what others write cannot be moved between documents. */
const usual = new Set(['cbc', 'cac', 'ram', 'udt', 'qdt']);

/** Documents of one syntax, and what stands in them: elements by name and by place, values, values of attributes. */
export function poolOf(texts) {
  const documents = texts.map((text) => ({ text }));
  const pool = { documents, byName: new Map(), byPlace: new Map(), values: new Map(), attributes: new Map() };
  const remember = (map, key, value) => (map.get(key) ?? map.set(key, []).get(key)).push(value);
  for (const text of texts) {
    const elements = elementsOf(text);
    if (!elements.every(({ name }) => usual.has(prefixOf(name)))) continue;
    for (const { local, parent, before, from, open, close, to, leaf } of elements) {
      const whole = text.slice(from, to);
      if (whole.length < 5000) {
        remember(pool.byName, local, whole);
        remember(pool.byPlace, `${parent}/${before}`, whole);
      }
      if (leaf) remember(pool.values, local, text.slice(open, close));
      for (const [, name, value] of text.slice(from, open).matchAll(attribute)) {
        if (!name.startsWith('xmlns')) remember(pool.attributes, name, value);
      }
    }
  }
  return pool;
}

const splice = (text, from, to, by) => text.slice(0, from) + by + text.slice(to);
const isNumber = (value) => /^\s*[-+]?\d+(\.\d+)?\s*$/.test(value);
const numbers = [
  (v) => `-${v}`,
  (v) => `${v}00`,
  (v) => `${v.includes('.') ? v : `${v}.`}005`,
  () => '0',
  () => '0.00',
  () => '-0.00',
  (v) => String(Number(v) + 0.01),
  (v) => String(Number(v) - 1),
  (v) => (Number(v) * 1.1).toFixed(2),
  (v) => Number(v).toFixed(1),
  () => '100.005',
  () => '999999999999.99',
  () => '+1',
  () => '.5',
  () => '5.',
];
const anything = [
  () => '',
  () => ' ',
  (v) => ` ${v} `,
  (v) => `\n${v}\n`,
  (v) => v.toUpperCase(),
  (v) => v.toLowerCase(),
  (v) => v.slice(0, -1),
  (v) => `${v}1`,
  (v) => `${v} ${v}`,
  (v) => `<![CDATA[${v.replace(/&\w+;/g, '')}]]>`,
  (v) => `<!-- x -->${v}`,
  () => 'X',
  () => '\u00a0',
];

function otherValue(r, value) {
  return isNumber(value) && r.chance(0.7) ? r.pick(numbers)(value.trim()) : r.pick(anything)(value);
}

const changes = [
  // gone
  (r, text, all) => {
    const one = r.pick(all);
    return splice(text, one.from, one.to, '');
  },
  // twice
  (r, text, all) => {
    const one = r.pick(all);
    return splice(text, one.to, one.to, text.slice(one.from, one.to));
  },
  // the value that somebody else has there
  (r, text, all, pool) => {
    const one = leafOf(r, all);
    return splice(text, one.open, one.close, r.pick(pool.values.get(one.local) ?? ['']));
  },
  // a value that nobody should have there
  (r, text, all) => {
    const one = leafOf(r, all);
    if (one.open === one.to) return text;
    return splice(text, one.open, one.close, otherValue(r, text.slice(one.open, one.close)));
  },
  // the same value changed wherever it stands
  (r, text, all) => {
    const one = leafOf(r, all);
    const value = text.slice(one.open, one.close);
    if (value.trim().length < 2) return text;
    const by = otherValue(r, value);
    return text.replaceAll(`>${value}<`, () => `>${by}<`);
  },
  // the element of somebody else
  (r, text, all, pool) => {
    const one = r.pick(all);
    return splice(text, one.from, one.to, r.pick(pool.byName.get(one.local) ?? ['']));
  },
  // what stands after it elsewhere
  (r, text, all, pool) => {
    const one = r.pick(all);
    const next = pool.byPlace.get(`${one.parent}/${one.local}`);
    return next === undefined ? text : splice(text, one.to, one.to, r.pick(next));
  },
  // an attribute
  (r, text, _all, pool) => {
    const found = [...text.matchAll(attribute)].filter(
      ({ 1: name, index }) => !/^xmlns|schemaLocation/.test(name) && index > text.indexOf('?>'),
    );
    if (found.length === 0) return text;
    const one = r.pick(found);
    const [whole, name, value] = one;
    const by = r.chance(0.25)
      ? ''
      : ` ${name}="${r.chance(0.7) ? r.pick(pool.attributes.get(name) ?? [value]) : otherValue(r, value).replace(/[<"&]/g, '')}"`;
    return splice(text, one.index, one.index + whole.length, by);
  },
];

function leafOf(r, all) {
  const leaves = all.filter(({ leaf }) => leaf);
  return r.pick(leaves.length === 0 ? all : leaves);
}

/** A document of the pool with one to six changes. */
export function makeDocument(r, pool) {
  let { text } = r.pick(pool.documents);
  for (let n = r.chance(0.4) ? 1 : r.between(2, 6); n > 0; n--) {
    const all = elementsOf(text);
    if (all.length === 0) return text;
    const next = r.pick(changes)(r, text, all, pool);
    if (next.length < 400_000) text = next;
  }
  return text;
}
