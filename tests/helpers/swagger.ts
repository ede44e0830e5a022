interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Document {
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** What does not hold of a value against a schema of a Swagger 2 document; a property that is not described is a problem. */
export function problemsOf(document: Document, schema: Schema, value: unknown, at = '$'): string[] {
  if (schema.$ref !== undefined) {
    const known = document.definitions[schema.$ref.split('/').at(-1) ?? ''];
    return known === undefined
      ? [`${at}: ${schema.$ref} is not defined`]
      : problemsOf(document, known, value, at);
  }
  if (schema.enum !== undefined && !schema.enum.includes(value))
    return [`${at}: ${String(value)} is none of the enum`];
  if (schema.items !== undefined) {
    if (!Array.isArray(value)) return [`${at}: no array`];
    const { items } = schema;
    return value.flatMap((one, i) => problemsOf(document, items, one, `${at}[${i}]`));
  }
  if (schema.properties !== undefined) return objectProblems(document, schema, value, at);
  const fits: Readonly<Record<string, boolean>> = {
    string: typeof value === 'string',
    boolean: typeof value === 'boolean',
    integer: Number.isSafeInteger(value) && (schema.format !== 'int32' || Math.abs(Number(value)) < 2 ** 31),
  };
  return fits[schema.type ?? ''] === false ? [`${at}: no ${schema.type}`] : [];
}

function objectProblems(document: Document, schema: Schema, value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: no object`];
  const missing = (schema.required ?? [])
    .filter((name) => !(name in value))
    .map((name) => `${at}.${name}: missing`);
  const wrong = Object.entries(value).flatMap(([name, one]) => {
    const known = schema.properties?.[name];
    return known === undefined
      ? [`${at}.${name}: not described`]
      : problemsOf(document, known, one, `${at}.${name}`);
  });
  return [...missing, ...wrong];
}
