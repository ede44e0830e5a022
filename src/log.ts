import winston from 'winston';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** Facts of a log line: ids, codes, counts and durations; never invoice content, never a secret. */
export type LogFacts = Readonly<Record<string, unknown>>;

export interface Log {
  error(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  debug(message: string, facts?: LogFacts): void;
  /** A log that adds these facts to every line. */
  with(facts: LogFacts): Log;
}

/** A logger on stderr: one JSON object a line, or one readable line for a person at a terminal. */
export function createLog(options: { level: LogLevel; format: 'json' | 'text' }): Log {
  const { combine, timestamp, json, printf, errors } = winston.format;
  const readable = printf(({ timestamp: at, level, message, ...facts }) => {
    const rest = Object.entries(facts).map(
      ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    return `${String(at)} ${level} ${String(message)}${rest.length > 0 ? ` ${rest.join(' ')}` : ''}`;
  });
  const logger = winston.createLogger({
    level: options.level,
    format: combine(errors({ stack: true }), timestamp(), options.format === 'json' ? json() : readable),
    transports: [new winston.transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
  });
  return wrap(logger);
}

function wrap(logger: winston.Logger): Log {
  return {
    error: (message, facts) => void logger.error(message, facts),
    warn: (message, facts) => void logger.warn(message, facts),
    info: (message, facts) => void logger.info(message, facts),
    debug: (message, facts) => void logger.debug(message, facts),
    with: (facts) => wrap(logger.child(facts)),
  };
}

/** A log that says nothing: for commands on files and for tests. */
export const silentLog: Log = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  with: () => silentLog,
};
