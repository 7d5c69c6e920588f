import { certificateFacts, type KeyPair, LOOPBACK_NAMES, reissue, selfSigned } from "../certificate/certificate.ts";
import { SystemError } from "../../errors/errors.ts";
import { createOwnFile, openOwnFile, readOwnFile, replaceOwnFile } from "../../files/own_file.ts";
import { isForeign } from "../../files/owner.ts";
import { fromSystem } from "../../errors/system_error.ts";
import { writeAllSync } from "../../bytes/writer.ts";
import { pinOfPem } from "./pem.ts";

/** Milliseconds between two looks for a key that another process may be making, and after which nobody is. */
const PAUSE = 20;
const PATIENCE = 500;
/** Bytes that a certificate or a key has at most. */
const LIMIT = 1 << 20;

/**
 * The self-signed certificate that a folder keeps; it is made when the folder has none. One made here that lacks some of the names is
 * replaced by one with the same key.
 *
 * Needs read and write permission for the folder.
 *
 * @throws {SystemError} When the folder cannot be written, `not-a-file` for a link in place of one of the files,
 * `not-owner` for a key of another user.
 */
export function keptPair(directory: string, names?: readonly string[]): Promise<KeyPair>;
export async function keptPair(directory: string, names: readonly string[] = LOOPBACK_NAMES): Promise<KeyPair> {
  const [certFile, keyFile] = [`${directory}/cert.pem`, `${directory}/key.pem`];
  let made: KeyPair | undefined;
  for (let waited = 0;; waited += PAUSE) {
    try {
      // The key comes last, and at once: where it exists, both are whole.
      const key = readKey(directory, keyFile);
      if (key !== undefined) return await withNames(await withCertificate(key, certFile), certFile, names);
    } catch (error) {
      throw fromSystem(error, { doing: "read", what: keyFile });
    }
    made ??= await selfSigned(names);
    try {
      await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
      if (keep(made, certFile, keyFile, waited >= PATIENCE)) return made;
    } catch (error) {
      throw fromSystem(error, { doing: "write", what: directory });
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

async function withCertificate(key: string, certFile: string): Promise<KeyPair> {
  const cert = readOwnFile(certFile, LIMIT);
  if (cert !== undefined) return { cert, key, pin: await pinOfPem(cert, certFile) };
  throw new SystemError(`cannot read ${certFile}: no such file or directory`, {
    code: "file-not-found",
    operation: "read",
    peer: certFile,
  });
}

async function withNames(pair: KeyPair, certFile: string, names: readonly string[]): Promise<KeyPair> {
  const { dnsNames, addresses, selfIssued } = await certificateFacts(pair.cert);
  // A certificate with other names was put there by its owner.
  if (!selfIssued || !dnsNames[0]?.endsWith(".invalid")) return pair;
  const known = [...dnsNames.slice(1), ...addresses];
  const missing = names.filter((name) => !known.includes(name));
  const made = missing.length === 0 ? undefined : await reissue(pair.key, [...known, ...missing]);
  if (!made) return pair;
  replaceOwnFile(certFile, made.cert);
  return { ...made, key: pair.key };
}

/** The key of a folder. One that another user has put there, that user knows as well. */
function readKey(directory: string, keyFile: string): string | undefined {
  using file = openOwnFile(keyFile);
  if (!file) return undefined;
  const there = file.statSync();
  const foreign = isForeign(there, directory);
  if (foreign || ((there.mode ?? 0) & 0o002) !== 0) {
    throw new SystemError(`${keyFile} ${foreign ? "belongs to" : "can be written by"} another user`, {
      code: "not-owner",
      operation: "read",
      hint: "choose a folder that others cannot write to",
    });
  }
  return readOwnFile(keyFile, LIMIT);
}

/**
 * Writes a pair, unless another process does: the first to create the certificate is the one to write the key. A
 * certificate whose key never came was left by one that died, and is replaced.
 */
function keep({ cert, key }: KeyPair, certFile: string, keyFile: string, takeOver: boolean): boolean {
  try {
    if (takeOver) replaceOwnFile(certFile, cert);
    else {
      using file = createOwnFile(certFile);
      writeAllSync(file, new TextEncoder().encode(cert));
    }
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
  replaceOwnFile(`${keyFile}.new`, key, { mode: 0o600 });
  Deno.renameSync(`${keyFile}.new`, keyFile);
  return true;
}
