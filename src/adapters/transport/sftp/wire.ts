/** The packets of SFTP version 3 (draft-ietf-secsh-filexfer-02). Names are bytes: the version fixes no charset. */

export const types = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rename: 18,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extended: 200,
} as const;

export const openFlags = { read: 1, write: 2, create: 8, exclusive: 32 } as const;

export const statuses = { ok: 0, endOfFile: 1 } as const;

/** Status codes as the codes of Node's system errors, as far as they say as much. */
const statusCodes: Readonly<Record<number, string>> = {
  2: 'ENOENT',
  3: 'EACCES',
  4: 'SFTP_FAILURE',
  8: 'ENOTSUP',
};

/** OpenSSH answers so for every system error that has no status of its own, ENOSPC and EDQUOT among them. */
const genericFailure = 4;

const attrFlags = { size: 1, owner: 2, permissions: 4, times: 8 } as const;
const formatMask = 0o170000;
const formatFile = 0o100000;

/** What a server tells of a file. */
export interface Attributes {
  readonly sizeBytes: number | null;
  /** Seconds since 1970: the protocol knows no finer time. */
  readonly mtimeS: number | null;
  /** Null where the server does not tell permissions. */
  readonly regular: boolean | null;
}

export interface NamedFile {
  readonly raw: Buffer;
  /** The line that `ls -l` would print, where the server gives one. */
  readonly longname: string;
  readonly attributes: Attributes;
}

/** A number is a uint32, a bigint a uint64, bytes a string with its length. */
export type Field = number | bigint | Uint8Array;

const sizeOf = (field: Field): number =>
  typeof field === 'number' ? 4 : typeof field === 'bigint' ? 8 : 4 + field.length;

/** One packet with its length in front; `id` is null for INIT alone. */
export function packet(type: number, id: number | null, fields: readonly Field[]): Buffer {
  let length = id === null ? 1 : 5;
  for (const field of fields) length += sizeOf(field);
  const buffer = Buffer.allocUnsafe(4 + length);
  buffer.writeUInt32BE(length, 0);
  buffer[4] = type;
  let at = id === null ? 5 : buffer.writeUInt32BE(id, 5);
  for (const field of fields) {
    if (typeof field === 'number') at = buffer.writeUInt32BE(field, at);
    else if (typeof field === 'bigint') at = buffer.writeBigUInt64BE(field, at);
    else {
      at = buffer.writeUInt32BE(field.length, at);
      buffer.set(field, at);
      at += field.length;
    }
  }
  return buffer;
}

/** Attributes as fields: none, or permissions alone. */
export function attributeFields(mode: number | null): readonly Field[] {
  return mode === null ? [0] : [attrFlags.permissions, mode];
}

/** Reads the fields of a packet one after another; throws a RangeError where the packet is too short. */
export interface FieldReader {
  u32(): number;
  /** The next number, which is read again. */
  peekU32(): number;
  u64(): number;
  bytes(): Buffer;
  attributes(): Attributes;
  readonly left: number;
}

export function fieldsOf(body: Buffer): FieldReader {
  let at = 0;
  const reader: FieldReader = {
    u32() {
      const value = body.readUInt32BE(at);
      at += 4;
      return value;
    },
    peekU32: () => body.readUInt32BE(at),
    u64() {
      const value = Number(body.readBigUInt64BE(at));
      at += 8;
      return value;
    },
    bytes() {
      const length = reader.u32();
      if (at + length > body.length) throw new RangeError('a field ends beyond its packet');
      const value = body.subarray(at, at + length);
      at += length;
      return value;
    },
    attributes() {
      const flags = reader.u32();
      const sizeBytes = flags & attrFlags.size ? reader.u64() : null;
      if (flags & attrFlags.owner) at += 8;
      const permissions = flags & attrFlags.permissions ? reader.u32() : null;
      let mtimeS: number | null = null;
      if (flags & attrFlags.times) {
        at += 4;
        mtimeS = reader.u32();
      }
      if (flags & 0x80000000) for (let n = reader.u32() * 2; n > 0; n--) reader.bytes();
      const regular = permissions === null ? null : (permissions & formatMask) === formatFile;
      return { sizeBytes, mtimeS, regular };
    },
    get left() {
      return body.length - at;
    },
  };
  return reader;
}

/** An answer that says no, with a `code` as system errors have it. */
export function statusError(status: number, message: string, what: string): Error & { code: string } {
  const code = statusCodes[status] ?? `SFTP_STATUS_${status}`;
  const said = message === '' ? code : message;
  const meaning = status === genericFailure ? ' (the server says no more: often a full disk or a quota)' : '';
  return Object.assign(new Error(`${what}: ${said}${meaning}`), { code });
}

/**
 * Cuts a stream of bytes into packets and hands each over without its length.
 * @throws RangeError for a packet beyond `packetBytesMax`: the stream is not SFTP.
 */
export function createSplitter(
  packetBytesMax: number,
  onPacket: (packet: Buffer) => void,
): (chunk: Buffer) => void {
  const head = Buffer.alloc(4);
  let headFilled = 0;
  let body: Buffer | null = null;
  let bodyFilled = 0;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (body === null) {
        const take = Math.min(4 - headFilled, chunk.length - at);
        chunk.copy(head, headFilled, at, at + take);
        headFilled += take;
        at += take;
        if (headFilled < 4) return;
        headFilled = 0;
        const length = head.readUInt32BE(0);
        if (length < 1 || length > packetBytesMax) throw new RangeError(`a packet of ${length} bytes`);
        if (chunk.length - at >= length) {
          onPacket(chunk.subarray(at, at + length));
          at += length;
          continue;
        }
        body = Buffer.allocUnsafe(length);
        bodyFilled = 0;
      }
      const take = Math.min(body.length - bodyFilled, chunk.length - at);
      chunk.copy(body, bodyFilled, at, at + take);
      bodyFilled += take;
      at += take;
      if (bodyFilled < body.length) return;
      const whole = body;
      body = null;
      onPacket(whole);
    }
  };
}
