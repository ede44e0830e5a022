// Ports for servers that are stopped and started again on the same one.
import { createServer } from 'node:net';

/**
 * Below what systems hand out by themselves (Linux: from 32768 on). A port from there may be taken while its server is
 * away: by any connection of the machine, even by the client that tries to reach the server and connects to itself.
 */
const lowest = 20_000;
const many = 12_000;
const triesMax = 100;

/** A port of the loopback on which nobody listens. */
export async function freePort() {
  for (let tries = 0; tries < triesMax; tries++) {
    const port = lowest + Math.floor(Math.random() * many);
    if (await isFree(port)) return port;
  }
  throw new Error('there is no free port');
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
