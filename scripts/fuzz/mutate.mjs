import { hostile } from './hostile.mjs';

const flip = (r, data) => {
  const copy = Buffer.from(data);
  for (let n = r.between(1, 16); n > 0 && copy.length > 0; n--) {
    const at = r.below(copy.length);
    copy[at] = r.chance(0.5) ? copy[at] ^ (1 << r.below(8)) : r.below(256);
  }
  return copy;
};
const block = (r, data) => {
  const from = r.below(data.length + 1);
  return [from, Math.min(data.length, from + r.between(1, r.chance(0.8) ? 64 : 4096))];
};
const join = (...parts) => Buffer.concat(parts);

/** Changes that know nothing of what the bytes mean. */
const byteChanges = [
  flip,
  (r, data) => data.subarray(0, r.below(data.length + 1)),
  (r, data) => data.subarray(r.below(Math.min(64, data.length) + 1)),
  (r, data) => {
    const [from, to] = block(r, data);
    return join(data.subarray(0, from), data.subarray(to));
  },
  (r, data) => {
    const [from, to] = block(r, data);
    const times = r.chance(0.9) ? r.between(1, 3) : r.between(10, 60);
    return join(data.subarray(0, to), ...Array(times).fill(data.subarray(from, to)), data.subarray(to));
  },
  (r, data) => {
    const [from, to] = block(r, data);
    const at = r.below(data.length + 1);
    return join(data.subarray(0, at), data.subarray(from, to), data.subarray(at));
  },
  (r, data) => {
    const at = r.below(data.length + 1);
    return join(data.subarray(0, at), Buffer.from(r.pick(hostile), 'latin1'), data.subarray(at));
  },
  (r, data) => {
    const [from, to] = block(r, data);
    return join(
      data.subarray(0, from),
      Buffer.alloc(to - from, r.pick([0, 0xff, 0x20, 0x3c])),
      data.subarray(to),
    );
  },
  (r, data, others) => {
    const other = r.pick(others);
    return join(data.subarray(0, r.below(data.length + 1)), other.subarray(r.below(other.length + 1)));
  },
];

export function mutateBytes(r, data, others) {
  let made = data;
  for (let n = r.chance(0.7) ? 1 : r.between(2, 5); n > 0; n--) made = r.pick(byteChanges)(r, made, others);
  return made.length > 2_000_000 ? made.subarray(0, 2_000_000) : made;
}

/** The elements of a document: where each one starts, where its content starts and ends, and where it ends. */
function elementsOf(text) {
  const open = [];
  const found = [];
  for (const match of text.matchAll(/<(\/?)([A-Za-z_][\w:.-]*)((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>/g)) {
    const [whole, close, name, , empty] = match;
    const end = match.index + whole.length;
    if (close === '/') {
      const started = open.pop();
      if (started !== undefined) found.push({ ...started, to: match.index, end });
    } else if (empty === '/') found.push({ name, start: match.index, from: end, to: end, end });
    else open.push({ name, start: match.index, from: end });
  }
  return found;
}

const splice = (text, from, to, by) => text.slice(0, from) + by + text.slice(to);
const leaf = (r, text, all) => {
  const leaves = all.filter(({ from, to }) => !text.slice(from, Math.min(to, from + 400)).includes('<'));
  return leaves.length === 0 ? r.pick(all) : r.pick(leaves);
};

/** Changes of the structure: each gets the text and its elements, and gives another text. */
const structureChanges = [
  (r, text, all) => {
    const one = leaf(r, text, all);
    return splice(text, one.from, one.to, r.pick(hostile));
  },
  (r, text, all) => {
    const one = leaf(r, text, all);
    return splice(text, one.from, one.to, r.pick(hostile));
  },
  (r, text, all) => {
    const [one, other] = [leaf(r, text, all), leaf(r, text, all)];
    return splice(text, one.from, one.to, text.slice(other.from, other.to));
  },
  (r, text, all) => {
    const { start, end } = r.pick(all);
    return splice(text, start, end, '');
  },
  (r, text, all) => {
    const { start, end } = r.pick(all);
    const times = r.chance(0.9) ? 1 : r.between(2, 40);
    return splice(text, end, end, text.slice(start, end).repeat(end - start > 20_000 ? 1 : times));
  },
  (r, text, all) => {
    const [one, other] = [r.pick(all), r.pick(all)].sort((a, b) => a.start - b.start);
    if (one.end > other.start) return splice(text, one.start, one.end, text.slice(other.start, other.end));
    const [a, b] = [text.slice(one.start, one.end), text.slice(other.start, other.end)];
    return text.slice(0, one.start) + b + text.slice(one.end, other.start) + a + text.slice(other.end);
  },
  (r, text, all) => {
    const [one, other] = [r.pick(all), r.pick(all)];
    const whole = text.slice(one.start, one.end);
    const name = r.chance(0.8) ? other.name : r.pick(['__proto__', 'x', 'cbc:constructor', 'ID', 'a:b:c']);
    return splice(
      text,
      one.start,
      one.end,
      whole.replaceAll(new RegExp(`(</?)${one.name.replace(/[.]/g, '\\.')}(?=[\\s/>])`, 'g'), `$1${name}`),
    );
  },
  (r, text, all) => {
    const [one, other] = [r.pick(all), r.pick(all)];
    return splice(
      text,
      one.from,
      one.from,
      text.slice(other.start, Math.min(other.end, other.start + 30_000)),
    );
  },
  (r, text, all) => {
    const { start, end } = r.pick(all);
    const deep = r.chance(0.95) ? r.between(1, 5) : r.between(200, 3000);
    return splice(text, start, end, `${'<x>'.repeat(deep)}${text.slice(start, end)}${'</x>'.repeat(deep)}`);
  },
  (r, text) => {
    const values = [...text.matchAll(/="([^"]*)"/g)];
    if (values.length === 0) return text;
    const one = r.pick(values);
    return splice(text, one.index + 2, one.index + 2 + one[1].length, r.pick(hostile).replaceAll('"', "'"));
  },
  (r, text, all) => {
    const one = r.pick(all);
    const at = one.start + 1 + one.name.length;
    return splice(
      text,
      at,
      at,
      ` ${r.pick(['a', 'xml:lang', 'xsi:nil', 'schemeID', 'currencyID', 'xmlns', 'V', 'mimeCode', 'format'])}="${r.pick(hostile).replaceAll('"', "'")}"`,
    );
  },
  (r, text, all) => {
    const one = leaf(r, text, all);
    const cut = r.between(one.from, one.to);
    return splice(
      text,
      cut,
      cut,
      r.pick(['<!-- x -->', '<?x y?>', '<![CDATA[&]]>', '&#65;', '&amp;', '<x/>']),
    );
  },
];

/** A document with something done to its elements; what is no XML is changed as bytes. */
export function mutateXml(r, data, others) {
  let text = data.toString('latin1');
  for (let n = r.chance(0.6) ? 1 : r.between(2, 6); n > 0; n--) {
    const all = elementsOf(text);
    if (all.length === 0) return mutateBytes(r, data, others);
    text = r.pick(structureChanges)(r, text, all);
    if (text.length > 2_000_000) break;
  }
  return Buffer.from(text, 'latin1');
}

/** Lines and cells of a table or of settings. */
export function mutateLines(r, data, others) {
  if (r.chance(0.25)) return mutateBytes(r, data, others);
  const lines = data.toString('latin1').split('\n');
  for (let n = r.between(1, 4); n > 0; n--) {
    const at = r.below(lines.length);
    const parts = (lines[at] ?? '').split(/([;,:"\s[\]{}<>=]+)/);
    const kind = r.below(5);
    if (kind === 0) lines.splice(at, 1);
    else if (kind === 1) lines.splice(at, 0, lines[r.below(lines.length)] ?? '');
    else {
      parts[r.below(parts.length)] = r.pick(hostile);
      lines[at] = parts.join('');
    }
  }
  return Buffer.from(lines.join('\n'), 'latin1');
}
