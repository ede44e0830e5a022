import { Fault, type FaultCode } from '../errors.js';

/** Exit codes of every command: others script against them. */
export const exitCodes = {
  done: 0,
  fault: 1,
  refused: 2,
  usage: 64,
  config: 78,
} as const;

const byFault: Partial<Record<FaultCode, number>> = {
  CONFIG_UNREADABLE: exitCodes.config,
  CONFIG_INVALID: exitCodes.config,
  SECRET_UNRESOLVED: exitCodes.config,
  USAGE: exitCodes.usage,
  REPLAY_REFUSED: exitCodes.refused,
  MOVE_REFUSED: exitCodes.refused,
  CONTENT_PURGED: exitCodes.refused,
  ERASE_REFUSED: exitCodes.refused,
};

/** The exit code that a thrown value stands for. */
export function exitCodeOf(thrown: unknown): number {
  return thrown instanceof Fault ? (byFault[thrown.code] ?? exitCodes.fault) : exitCodes.fault;
}
