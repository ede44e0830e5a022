/** A port of the loopback on which nobody listens, that the system gives to nobody else by itself. */
export function freePort(): Promise<number>;
