/**
 * Characters that are not seen and change how others are: controls, those that turn the direction of writing round
 * (Unicode UAX 9; "Trojan Source"), separators of lines and paragraphs, and what is no character at all.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is meant
const hidden = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+/g;

export function hasHidden(text: string): boolean {
  return text.search(hidden) >= 0;
}

/** The text with every run of hidden characters replaced. */
export function withoutHidden(text: string, replacement: string): string {
  return text.replace(hidden, replacement);
}
