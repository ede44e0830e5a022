/** What a work gives for each of the values, one after the other: a connection does one thing at a time. */
export async function inTurn<Value, Found>(
  values: readonly Value[],
  work: (value: Value) => Promise<Found>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const value of values) found.push(await work(value));
  return found;
}
