import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unzipOne } from '../../src/console/unzip-one.js';
import { newId } from '../../src/domain/ids.js';
import { openConsole, type TestConsole } from '../helpers/console.js';

describe('files of a flow, asked for over the console', () => {
  let at: TestConsole;
  beforeEach(async () => {
    at = await openConsole();
  });
  afterEach(() => at.close());

  /** A flow whose bytes lie under a key. */
  async function flow(archiveKey: string, folder: string, depositedName = 'facture.html'): Promise<string> {
    const id = newId();
    const path = at.parts.archive.pathOf(archiveKey);
    expect(path.startsWith(join(at.dir, folder))).toBe(true);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '<script>alert(1)</script>');
    await at.parts.store.transaction((tx) =>
      tx.insertFlow({
        id,
        claimId: id,
        partner: 'FRN001',
        depositedName,
        sha256: 'a'.repeat(64),
        sizeBytes: 25,
        archiveKey,
        receivedAt: new Date().toISOString(),
        demo: false,
      }),
    );
    return id;
  }

  it('are saved, never shown, under a name that cannot break out of the header', async () => {
    const id = await flow('originals/aa/bb', 'archive', 'a"\r\nX-Evil: 1; é.html');
    const reader = await at.signedIn('reader');
    const answer = await reader.get(`/flux/${id}/original`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    expect(answer.headers['content-disposition']).toMatch(
      /^attachment; filename="[\w.-]+"; filename\*=UTF-8''/,
    );
    expect(answer.headers['x-evil']).toBeUndefined();
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.body).toContain('<script>');
  });

  it('are kept from readers while in quarantine, which says so; support may save them', async () => {
    const id = await flow('quarantine/aa/bb', 'quarantine');
    const reader = await at.signedIn('reader');
    const refused = await reader.get(`/flux/${id}/original`);
    expect(refused.statusCode).toBe(403);
    expect(refused.body).toContain('quarantaine');
    expect(refused.body).not.toContain('alert(1)');
    const page = await reader.get(`/flux/${id}`);
    expect(page.body).toContain('Votre rôle ne permet pas de le télécharger');
    const support = await at.signedIn('support');
    const given = await support.get(`/flux/${id}/original`);
    expect(given.statusCode).toBe(200);
    expect(given.headers['content-disposition']).toContain('.quarantaine');
  });

  it('that were purged are told of', async () => {
    const id = await flow('originals/aa/bb', 'archive');
    await at.parts.archive.discard('originals/aa/bb');
    const reader = await at.signedIn('reader');
    const gone = await reader.get(`/flux/${id}/original`);
    expect(gone.statusCode).toBe(404);
    expect(gone.body).toContain('n’est plus conservé');
  });

  it('are not found for what does not exist', async () => {
    const reader = await at.signedIn('reader');
    for (const path of ['/flux/rien', '/flux/rien/original', '/envois/rien/fichier', '/factures/rien'])
      expect((await reader.get(path)).statusCode).toBe(404);
  });

  it('shows names as text, whatever they hold', async () => {
    const id = await flow('originals/aa/cc', 'archive', '<img src=x onerror=alert(1)>');
    const reader = await at.signedIn('reader');
    for (const path of [`/flux/${id}`, '/flux', '/tableau-de-bord', '/']) {
      const { body } = await reader.get(path);
      expect(body).not.toContain('<img src=x');
      expect(body).toContain('&lt;img src=x');
    }
  });
});

describe('the first file of a ZIP', () => {
  /** A ZIP by the format's own description, with one file in it. */
  function zip(name: string, packed: Buffer, method: number): Buffer {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt16LE(name.length, 28);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt32LE(30 + name.length + packed.length, 16);
    return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
  }

  it('comes out, stored or deflated; a bomb and what is no ZIP do not', () => {
    const text = Buffer.from('%PDF-1.7 facture');
    expect(unzipOne(zip('a.pdf', text, 0))).toEqual(text);
    expect(unzipOne(zip('a.pdf', deflateRawSync(text), 8))).toEqual(text);
    expect(() => unzipOne(zip('a.pdf', deflateRawSync(Buffer.alloc(30_000_000)), 8))).toThrow(/ZIP/);
    expect(() => unzipOne(zip('a.pdf', text, 8))).toThrow(/ZIP/);
    expect(() => unzipOne(Buffer.from('PK'))).toThrow(/ZIP/);
  });
});
