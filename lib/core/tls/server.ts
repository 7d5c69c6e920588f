import { certificateFacts, type KeyPair, selfSigned } from "../certificate.ts";
import { SystemError, UsageError } from "../errors.ts";
import { fromSystem } from "../system_error.ts";
import { readText } from "./read_text.ts";

/** Where a server's certificate comes from. Without any of these it is made in memory. */
export interface KeyPairSource {
  /** A file with the certificate, or the chain with the server's own first, as PEM. */
  readonly certFile?: string;
  /** A file with its private key, as PEM. */
  readonly keyFile?: string;
  /** A folder in which a self-signed one is kept over restarts. */
  readonly directory?: string;
}

/**
 * The certificate of a server: from files, kept in a folder, or made in memory.
 *
 * Needs read of the files; for a folder also write, when nothing is in it yet.
 *
 * @throws {UsageError} When only one of the two files is named, or both files and a folder.
 * @throws {SystemError} When a file cannot be read or holds no certificate.
 */
export async function serverKeyPair(source: KeyPairSource = {}): Promise<KeyPair> {
  const { certFile, keyFile, directory } = source;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UsageError("a certificate needs its key: give both --cert and --key");
  }
  if (certFile !== undefined && keyFile !== undefined) {
    if (directory !== undefined) throw new UsageError("give either --cert and --key or --tls-dir");
    return await keyPairFrom(certFile, keyFile);
  }
  return directory === undefined ? await selfSigned() : await keptIn(directory);
}

async function keyPairFrom(certFile: string, keyFile: string): Promise<KeyPair> {
  const [cert, key] = await Promise.all([certFile, keyFile].map(readText));
  try {
    const { pin } = await certificateFacts(cert ?? "");
    return { cert: cert ?? "", key: key ?? "", pin };
  } catch (cause) {
    throw new SystemError(`${certFile} holds no certificate`, { code: "tls-bad-certificate", cause });
  }
}

/** Milliseconds between two looks for a key that another process may be making, and after which nobody is. */
const PAUSE = 20;
const PATIENCE = 500;

async function keptIn(directory: string): Promise<KeyPair> {
  const [certFile, keyFile] = [`${directory}/cert.pem`, `${directory}/key.pem`];
  let made: KeyPair | undefined;
  for (let waited = 0;; waited += PAUSE) {
    // The key comes last, and at once: where it exists, both are whole.
    if (await exists(keyFile)) return await keyPairFrom(certFile, keyFile);
    made ??= await selfSigned();
    try {
      await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
      if (await keep(made, certFile, keyFile, waited >= PATIENCE)) return made;
    } catch (error) {
      throw fromSystem(error, { doing: "write", what: directory });
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/**
 * Writes a pair, unless another process does: the first to write the certificate is the one to write the key. A
 * certificate whose key never came was left by one that died, and is written over.
 */
async function keep({ cert, key }: KeyPair, certFile: string, keyFile: string, takeOver: boolean): Promise<boolean> {
  try {
    await Deno.writeTextFile(certFile, cert, { createNew: !takeOver });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
  await Deno.writeTextFile(`${keyFile}.new`, key, { mode: 0o600 });
  await Deno.rename(`${keyFile}.new`, keyFile);
  return true;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw fromSystem(error, { doing: "read", what: path });
  }
}
