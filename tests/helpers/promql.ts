/** The words of PromQL that our files use, beside names of metrics and labels. */
const functions = new Set([
  'rate',
  'increase',
  'histogram_quantile',
  'sum',
  'max',
  'min',
  'avg',
  'count',
  'topk',
]);
const words = new Set(['by', 'without', 'and', 'or', 'unless', 'on', 'ignoring', 'bool']);

/**
 * Takes an expression of PromQL apart, as far as our files use it: tokens, balanced brackets, durations, selectors.
 * Gives the metrics it names, or what is wrong with it.
 */
export function metricsIn(expression: string): {
  readonly metrics: readonly string[];
  readonly problems: readonly string[];
} {
  const token =
    /\s+|"(?:[^"\\]|\\.)*"|\[\d+[smhdwy]\]|\d+(?:\.\d+)?|[A-Za-z_:][\w:]*|==|!=|>=|<=|=~|!~|[-+*/%^<>=(){},]/y;
  const metrics: string[] = [];
  const problems: string[] = [];
  const open: string[] = [];
  let grouping = -1;
  let last = '';
  let at = 0;
  while (at < expression.length) {
    token.lastIndex = at;
    const text = token.exec(expression)?.[0];
    if (text === undefined)
      return {
        metrics,
        problems: [...problems, `not understood at ${at}: ${expression.slice(at, at + 20)}`],
      };
    at += text.length;
    if (text.trim() === '') continue;
    if (text === '(' || text === '{') {
      if (text === '(' && words.has(last)) grouping = open.length;
      open.push(text);
    } else if (text === ')' || text === '}') {
      if (open.pop() !== (text === ')' ? '(' : '{')) problems.push(`${text} closes nothing`);
      if (grouping === open.length) grouping = -1;
    } else if (/^[A-Za-z_]/.test(text) && open.at(-1) !== '{' && grouping === -1) {
      if (!words.has(text)) {
        const called = /^\s*(\(|by\b|without\b)/.test(expression.slice(at));
        if (called && !functions.has(text)) problems.push(`${text} is no function that is known here`);
        if (!called) metrics.push(text);
      }
    } else if (text.startsWith('[') && !/[\w}]/.test(last.at(-1) ?? ''))
      problems.push(`${text} follows no selector`);
    last = text;
  }
  if (open.length > 0) problems.push(`${open.join('')} is not closed`);
  if (/[-+*/%^<>=,]$/.test(expression.trim())) problems.push('ends with an operator');
  if (metrics.length === 0) problems.push('names no metric');
  return { metrics, problems };
}
