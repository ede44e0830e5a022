/**
 * Questions about one key each: those that come while one is under way wait for its answer and then go in one
 * statement, for all that came meanwhile. Each is asked after it came, so it sees what was committed by then.
 * @param ask the answers in the order of the keys
 */
export function together<Key, Answer>(
  ask: (keys: readonly Key[]) => Promise<readonly Answer[]>,
  { keysMax = 100 }: { readonly keysMax?: number } = {},
): (key: Key) => Promise<Answer> {
  interface Waiting {
    readonly key: Key;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
  }
  const waiting: Waiting[] = [];
  let asking = false;

  async function askAll(): Promise<void> {
    asking = true;
    for (let some = waiting.splice(0, keysMax); some.length > 0; some = waiting.splice(0, keysMax))
      await askSome(some);
    asking = false;
  }

  async function askSome(some: readonly Waiting[]): Promise<void> {
    try {
      const answers = await ask(some.map(({ key }) => key));
      for (const [i, { resolve }] of some.entries()) resolve(answers[i] as Answer);
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }

  return (key) =>
    new Promise<Answer>((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (!asking) void askAll();
    });
}
