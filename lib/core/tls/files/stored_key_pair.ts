import { certificateFacts, type KeyPair, LOOPBACK_NAMES, reissue, selfSigned } from "../certificate/certificate.ts";
import { SystemError } from "../../errors/errors.ts";
import { createOwnFile, openOwnFile, readOwnFile, replaceOwnFile } from "../../files/own_file.ts";
import { isForeign } from "../../files/owner.ts";
import { fromSystem } from "../../errors/system_error.ts";
import { writeAllSync } from "../../bytes/writer.ts";
import { othersMay } from "../../system/modes.ts";
import { renameFile } from "../../system/rename.ts";
import { pinOfPem } from "./pem.ts";

/** Milliseconds between two attempts to read a key that another process may be creating, and until it counts as abandoned. */
const RETRY_INTERVAL_MS = 20;
const ABANDONED_AFTER_MS = 500;
/** Maximum size of a certificate or key file. */
const MAX_FILE_BYTES = 1 << 20;

/**
 * Returns the self-signed certificate of a folder; it is created if the folder has none. One that lacks some of the names is
 * replaced by one with the same key.
 *
 * Requires read and write permission for the folder.
 *
 * @throws {SystemError} When the folder cannot be written, `not-a-file` for a link in place of one of the files,
 * `not-owner` for a key of another user.
 */
export function storedKeyPair(directory: string, names?: readonly string[]): Promise<KeyPair>;
export async function storedKeyPair(directory: string, names: readonly string[] = LOOPBACK_NAMES): Promise<KeyPair> {
  const [certFile, keyFile] = [`${directory}/cert.pem`, `${directory}/key.pem`];
  let made: KeyPair | undefined;
  for (let waited = 0;; waited += RETRY_INTERVAL_MS) {
    try {
      // The key is created last, and atomically: if it exists, both are complete.
      const key = readKey(directory, keyFile);
      if (key !== undefined) return await withNames(await withCertificate(key, certFile), certFile, names);
    } catch (error) {
      throw fromSystem(error, { doing: "read", what: keyFile });
    }
    made ??= await selfSigned(names);
    try {
      await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
      if (keep(made, certFile, keyFile, waited >= ABANDONED_AFTER_MS)) return made;
    } catch (error) {
      throw fromSystem(error, { doing: "write", what: directory });
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_INTERVAL_MS));
  }
}

/**
 * Reads the certificate of a folder again, which is not changed.
 *
 * Requires read permission for both files.
 *
 * @param owner User that the key belonged to when it was first read.
 * @throws {SystemError} `file-not-found`, `not-a-file`, and `not-owner` for a key of another user than that and root.
 */
export async function readStoredKeyPair(directory: string, owner: number | null): Promise<KeyPair> {
  const [certFile, keyFile] = [`${directory}/cert.pem`, `${directory}/key.pem`];
  let key: string | undefined;
  try {
    using file = openOwnFile(keyFile);
    const there = file?.statSync();
    if (there && (there.uid !== 0 && there.uid !== owner || othersMay(there, 0o002))) {
      throw notOwner(keyFile, "may be of");
    }
    key = readOwnFile(keyFile, MAX_FILE_BYTES);
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: keyFile });
  }
  if (key === undefined) throw missing(keyFile);
  return await withCertificate(key, certFile);
}

function notOwner(file: string, relation: string): SystemError {
  return new SystemError(`${file} ${relation} another user`, {
    code: "not-owner",
    operation: "read",
    hint: "choose a folder that others cannot write to",
  });
}

function missing(file: string): SystemError {
  return new SystemError(`cannot read ${file}: no such file or directory`, {
    code: "file-not-found",
    operation: "read",
    peer: file,
  });
}

async function withCertificate(key: string, certFile: string): Promise<KeyPair> {
  const cert = readOwnFile(certFile, MAX_FILE_BYTES);
  if (cert !== undefined) return { cert, key, pin: await pinOfPem(cert, certFile) };
  throw missing(certFile);
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

/** Reads the key of a folder. A key that another user has put there is known to that user. */
function readKey(directory: string, keyFile: string): string | undefined {
  using file = openOwnFile(keyFile);
  if (!file) return undefined;
  const there = file.statSync();
  const foreign = isForeign(there, directory);
  if (foreign || othersMay(there, 0o002)) {
    throw notOwner(keyFile, foreign ? "belongs to" : "can be written by");
  }
  return readOwnFile(keyFile, MAX_FILE_BYTES);
}

/**
 * Writes a pair, unless another process does: the first to create the certificate writes the key. A
 * certificate without a key was left by a process that was killed, and is replaced.
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
  renameFile(`${keyFile}.new`, keyFile);
  return true;
}
