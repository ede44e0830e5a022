// An XSLT from an ISO Schematron file, for rule sets that are published without one: what Saxon then says of a document
// is what its rules say. Lets, patterns, rules, asserts and reports, and XSLT functions; no phases, no abstract patterns.
import { parseXml } from '../../dist/xml/tree.js';

const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
const attributeOf = (node, name) => node.attributes.find(({ local }) => local === name)?.value ?? '';
const named = (node, name) => node.children.filter(({ local }) => local === name);

function variables(node) {
  return named(node, 'let').map(
    (one) =>
      `<xsl:variable name="${attributeOf(one, 'name')}" select="${escaped(attributeOf(one, 'value'))}"/>`,
  );
}

function checks(rule) {
  return rule.children.flatMap((one) => {
    if (one.local !== 'assert' && one.local !== 'report') return [];
    const test = escaped(attributeOf(one, 'test'));
    const said = named(one, 'value-of').map(
      (value) => `<xsl:value-of select="${escaped(attributeOf(value, 'select'))}"/>`,
    );
    const failed = `<failed-assert id="${attributeOf(one, 'id')}" flag="${attributeOf(one, 'flag')}">${said.join('')}</failed-assert>`;
    return [`<xsl:if test="${one.local === 'assert' ? `not(${test})` : test}">${failed}</xsl:if>`];
  });
}

/** As a pattern; Saxon-HE 9.9 takes no alternatives as the first step of one: those are asked for as an expression. */
const patternOf = (context) =>
  context.trimStart().startsWith('(') ? `*[exists(. intersect root(.)//(${context}))]` : context;

/** A mode for each pattern: the first rule that matches takes the node, and what is below is visited all the same. */
function pattern(node, index) {
  const mode = `p${index}`;
  const below = `<xsl:apply-templates select="@* | node()" mode="${mode}"/>`;
  const rules = named(node, 'rule').map(
    (rule, place, all) =>
      `<xsl:template match="${escaped(patternOf(attributeOf(rule, 'context')))}" mode="${mode}" priority="${all.length - place + 1}">` +
      `${variables(rule).join('')}${checks(rule).join('')}${below}</xsl:template>`,
  );
  return `${rules.join('\n')}\n<xsl:template match="@* | node()" mode="${mode}" priority="0">${below}</xsl:template>`;
}

/** The stylesheet of a Schematron file. */
export function stylesheetOf(text) {
  const schema = parseXml(text);
  const patterns = named(schema, 'pattern');
  const spaces = named(schema, 'ns').map(
    (ns) => `xmlns:${attributeOf(ns, 'prefix')}="${attributeOf(ns, 'uri')}"`,
  );
  const functions =
    text
      .replace(/<!--[\s\S]*?-->/g, '')
      .match(/<xsl:function\b[\s\S]*?<\/xsl:function>|<xsl:key\b[^>]*\/>/g) ?? [];
  const globals = [schema, ...patterns].flatMap(variables);
  const start = patterns.map((_, index) => `<xsl:apply-templates select="/*" mode="p${index}"/>`);
  return [
    `<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:xs="http://www.w3.org/2001/XMLSchema" ${spaces.join(' ')}>`,
    ...globals,
    ...functions,
    `<xsl:template match="/"><report>${start.join('')}</report></xsl:template>`,
    ...patterns.map(pattern),
    '</xsl:stylesheet>',
  ].join('\n');
}
