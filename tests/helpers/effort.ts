/**
 * What a work costs the processor, in milliseconds, whatever else the machine does at the same time: a limit on it is
 * missed by a work that has grown out of proportion, not by one that was held up.
 */
export async function effortMs(work: () => unknown): Promise<number> {
  const from = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000;
}
