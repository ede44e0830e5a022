/** Accounts of the console, their sessions, keys of the API, links that expire; what people did is found by index. */
export const consoleAccounts = `
CREATE TABLE "users" (
  "id" TEXT PRIMARY KEY,
  "login" TEXT NOT NULL UNIQUE,
  "name" TEXT NOT NULL,
  "role" TEXT NOT NULL,
  "password" TEXT,
  "subject" TEXT UNIQUE,
  "mustChange" INTEGER NOT NULL,
  "disabledAt" TEXT,
  "createdAt" TEXT NOT NULL,
  "createdBy" TEXT NOT NULL,
  "passwordAt" TEXT,
  "lastLoginAt" TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE "sessions" (
  "hash" TEXT PRIMARY KEY,
  "id" TEXT NOT NULL UNIQUE,
  "user" TEXT NOT NULL REFERENCES "users" ("id"),
  "createdAt" TEXT NOT NULL,
  "seenAt" TEXT NOT NULL,
  "expiresAt" TEXT NOT NULL,
  "ip" TEXT NOT NULL,
  "agent" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "sessionsUser" ON "sessions" ("user", "createdAt");
CREATE INDEX "sessionsExpire" ON "sessions" ("expiresAt");

CREATE TABLE "loginCounters" (
  "key" TEXT PRIMARY KEY,
  "tries" INTEGER NOT NULL,
  "since" TEXT NOT NULL,
  "lockedUntil" TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX "loginCountersSince" ON "loginCounters" ("since");

CREATE TABLE "apiKeys" (
  "id" TEXT PRIMARY KEY,
  "hash" TEXT NOT NULL UNIQUE,
  "partner" TEXT NOT NULL,
  "scopes" TEXT NOT NULL,
  "label" TEXT NOT NULL,
  "createdAt" TEXT NOT NULL,
  "createdBy" TEXT NOT NULL,
  "expiresAt" TEXT,
  "lastUsedAt" TEXT,
  "revokedAt" TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE "shareLinks" (
  "hash" TEXT PRIMARY KEY,
  "kind" TEXT NOT NULL,
  "target" TEXT NOT NULL,
  "createdAt" TEXT NOT NULL,
  "createdBy" TEXT NOT NULL,
  "expiresAt" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "shareLinksExpire" ON "shareLinks" ("expiresAt");

CREATE TABLE "idempotentCalls" (
  "caller" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "fingerprint" TEXT NOT NULL,
  "at" TEXT NOT NULL,
  "status" INTEGER,
  "answer" TEXT,
  PRIMARY KEY ("caller", "key")
) STRICT, WITHOUT ROWID;
CREATE INDEX "idempotentCallsAt" ON "idempotentCalls" ("at");

CREATE INDEX "eventsActs" ON events ("at", "seq") WHERE "actor" <> 'engine';
CREATE INDEX "eventsActsActor" ON events ("actor", "at", "seq") WHERE "actor" <> 'engine';
CREATE INDEX "eventsActsKind" ON events ("kind", "at", "seq") WHERE "actor" <> 'engine';
`;
