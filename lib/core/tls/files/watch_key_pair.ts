import { UsageError } from "../../errors/errors.ts";
import type { ToucanError } from "../../errors/errors.ts";
import { fromSystem } from "../../errors/system_error.ts";
import { toToucanError } from "../../errors/to_toucan_error.ts";
import type { KeyPair } from "../certificate/certificate.ts";
import type { CertificateRenewals } from "../server/options.ts";
import { keyPairFrom, type KeyPairSource, serverKeyPair } from "./server_key_pair.ts";
import { readStoredKeyPair } from "./stored_key_pair.ts";

/** Options of {@link watchKeyPair}. */
export interface WatchKeyPairOptions {
  /**
   * Milliseconds between two looks at the files.
   *
   * @default {10_000}
   */
  readonly interval?: number;
  /**
   * Called when a renewed certificate is in use.
   *
   * @default {undefined}
   */
  readonly onRenewed?: (pair: KeyPair) => void;
  /**
   * Called when changed files cannot be used; the certificate before stays in use.
   *
   * @default {undefined}
   */
  readonly onFailed?: (error: ToucanError) => void;
}

/** Certificate of a server that is read again from its files when they change. */
export interface WatchedKeyPair extends KeyPair, Disposable {
  /** Renewals, for the `tls` option of servers. */
  readonly renewals: CertificateRenewals;
  /** Reads the files again now; resolves when the certificate is in use, or was reported as failed. */
  reload(): Promise<void>;
}

/**
 * Reads the certificate of a server, and reads it again when its files change: programs such as certbot replace them before the
 * certificate expires. Files that cannot be used, or do not belong together, change nothing.
 *
 * Permissions: `--allow-read` of the files, at the start also of the folder, `--allow-net=127.0.0.1:0` to check the key; for a folder
 * `--allow-write=FOLDER` when nothing is in it yet.
 *
 * @param source The files of certificate and key, or the folder of a self-signed one.
 * @returns Certificate and key as PEM, the pin, and the renewals. Disposing of it ends the watch.
 * @throws {UsageError} When there is no file to watch, or only one of the two is given.
 * @throws {SystemError} As `serverKeyPair`.
 * @example Use a renewed certificate for new connections
 * ```ts
 * import { serverKeyPair, watchKeyPair } from "../../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const [certFile, keyFile] = [`${folder}/cert.pem`, `${folder}/key.pem`];
 * const write = async () => {
 *   const { cert, key, pin } = await serverKeyPair();
 *   await Deno.writeTextFile(certFile, cert);
 *   await Deno.writeTextFile(keyFile, key);
 *   return pin;
 * };
 * await write();
 * const pins: string[] = [];
 * using pair = await watchKeyPair({ certFile, keyFile }, { onRenewed: ({ pin }) => pins.push(pin) });
 * const pin = await write();
 * await pair.reload();
 * assertEquals(pins, [pin]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function watchKeyPair(source: KeyPairSource, options?: WatchKeyPairOptions): Promise<WatchedKeyPair>;
export async function watchKeyPair(
  source: KeyPairSource,
  options: WatchKeyPairOptions = {},
): Promise<WatchedKeyPair> {
  const files = filesOf(source);
  const state = await stateOf(files);
  const pair = await serverKeyPair(source);
  const { uid } = await Deno.stat(files[1] ?? "");
  return new KeyPairWatch(pair, { source, files, state, owner: uid }, options);
}

type Take = (pair: Pick<KeyPair, "cert" | "key">) => void;

interface WatchedFiles {
  readonly source: KeyPairSource;
  readonly files: readonly string[];
  readonly state: string;
  readonly owner: number | null;
}

class KeyPairWatch implements WatchedKeyPair {
  readonly cert: string;
  readonly key: string;
  readonly pin: string;
  readonly renewals: CertificateRenewals;
  readonly #source: KeyPairSource;
  readonly #files: readonly string[];
  readonly #options: WatchKeyPairOptions;
  readonly #takers = new Set<Take>();
  readonly #timer: ReturnType<typeof setInterval>;
  /** State of the files that were last read, and of those that were found unusable. */
  #state: string;
  #failed?: string;
  #used: string;
  #reading?: Promise<void>;
  /** User that the key in the folder belonged to. */
  readonly #owner: number | null;

  constructor(
    { cert, key, pin }: KeyPair,
    { source, files, state, owner }: WatchedFiles,
    options: WatchKeyPairOptions,
  ) {
    this.#owner = owner;
    [this.cert, this.key, this.pin, this.#used] = [cert, key, pin, cert + key];
    [this.#source, this.#files, this.#state, this.#options] = [source, files, state, options];
    this.renewals = {
      subscribe: (take) => {
        // Each subscription has a function of its own, which may be the same one.
        const own: Take = (pair) => take(pair);
        this.#takers.add(own);
        return { [Symbol.dispose]: () => void this.#takers.delete(own) };
      },
    };
    this.#timer = setInterval(() => void this.#look(), options.interval ?? 10_000);
    Deno.unrefTimer(this.#timer);
  }

  reload(): Promise<void> {
    return this.#reading ??= this.#read(true).finally(() => this.#reading = undefined);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#reading || await stateOf(this.#files) === this.#state || this.#reading) return;
    this.#reading = this.#read(false).finally(() => this.#reading = undefined);
    await this.#reading;
  }

  /** Reads the files. Two files are not replaced at once: a failure that no one has asked for is reported when it lasts. */
  async #read(asked: boolean): Promise<void> {
    const state = await stateOf(this.#files);
    let pair: KeyPair;
    try {
      pair = await this.#readPair();
      checkKeyPair(pair, this.#files[0] ?? "");
    } catch (error) {
      const lasts = asked || this.#failed === state;
      this.#failed = state;
      if (!lasts) return;
      this.#state = state;
      return this.#options.onFailed?.(toToucanError(error));
    }
    this.#state = state;
    this.#failed = undefined;
    if (pair.cert + pair.key === this.#used) return asked ? this.#options.onRenewed?.(pair) : undefined;
    this.#used = pair.cert + pair.key;
    for (const take of [...this.#takers]) take(pair);
    this.#options.onRenewed?.(pair);
  }

  async #readPair(): Promise<KeyPair> {
    const { certFile, keyFile, directory } = this.#source;
    if (certFile !== undefined && keyFile !== undefined) return await keyPairFrom(certFile, keyFile);
    return await readStoredKeyPair(directory ?? ".", this.#owner);
  }
}

function filesOf({ certFile, keyFile, directory }: KeyPairSource): readonly string[] {
  const files = directory === undefined ? [certFile, keyFile] : [`${directory}/cert.pem`, `${directory}/key.pem`];
  const named = files.filter((file) => file !== undefined);
  if (named.length === 0) throw new UsageError("there is no certificate file to watch", { reason: "key-pair" });
  return named;
}

/** Returns a text that differs when a file was replaced or written. */
async function stateOf(files: readonly string[]): Promise<string> {
  const states = files.map(async (file) => {
    try {
      const { ino, dev, size, mtime } = await Deno.stat(file);
      return [ino, dev, size, mtime?.getTime()].join(" ");
    } catch (error) {
      // Reading it reports the failure.
      return error instanceof Error ? error.name : "";
    }
  });
  return (await Promise.all(states)).join("\n");
}

/** Rejects a certificate and a key that do not belong together, as a listener does. */
function checkKeyPair({ cert, key }: KeyPair, file: string): void {
  try {
    Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key }).close();
  } catch (error) {
    throw fromSystem(error, { doing: "use", what: file });
  }
}
