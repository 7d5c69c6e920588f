import { type Deadline, NetworkError, ToucanError, UsageError } from "../../../core/mod.ts";
import { connectFtp, type FtpClient, type FtpClientOptions, type FtpTarget } from "../../../ftp/internal.ts";
import type { DownloadOptions } from "../types.ts";
import { quit, type Session } from "./pool.ts";

/** Codes of the errors of a session that the server has ended while it was idle. */
const ENDED = new Set(["connection-cut", "connection-reset", "connection-aborted", "ftp-closing", "unexpected-reply"]);

/** A session while a download uses it: the signal of the download ends it. */
export interface Lease {
  /** The client. */
  readonly client: FtpClient;
  /** Keeps the session for another download, or logs out. */
  release(): Promise<void>;
  /** Closes the session: a transfer is in progress, or it failed. */
  close(): void;
}

/** Opens the sessions of one download, or takes them from its pool. */
export class Sessions {
  readonly #url: FtpTarget;
  readonly #options: DownloadOptions;
  readonly #how: FtpClientOptions;
  readonly #key: string;

  /** @throws {UsageError} `pin-without-tls`: a pin trusts one key, and a connection without TLS trusts any server. */
  constructor(url: FtpTarget, href: URL, options: DownloadOptions) {
    this.#url = url;
    this.#options = options;
    const { ftpUser, ftpPassword, ftpTls, tls, family, connectTimeout, resolve, connectTo, stall = 60_000 } = options;
    const security = url.security === "none" && ftpTls ? "explicit" : url.security;
    if (security === "none" && tls?.pin !== undefined) {
      throw new UsageError(`cannot check a pin without TLS: ${href.host} would be connected to without it`, {
        code: "pin-without-tls",
      });
    }
    const user = ftpUser ?? url.user;
    const password = ftpUser === undefined ? url.password : ftpPassword;
    const proxy = options.proxyFor ? options.proxyFor(href) : options.proxy;
    this.#how = {
      ...{ user, password, security, tls, family, connectTimeout, resolve, connectTo, proxy, stall, timeout: stall },
      trace: options.trace,
    };
    this.#key = JSON.stringify([url.address, security, user, password, family, proxy]);
  }

  /** Runs the first commands of a download in a session: in a new one, if that of the pool has ended. */
  async begin<T>(work: (lease: Lease) => Promise<T>, deadline: Deadline): Promise<T> {
    const kept = this.#options.ftpPool?.take(this.#key);
    if (kept) {
      try {
        return await this.#run(kept, work, deadline);
      } catch (error) {
        if (!(error instanceof NetworkError) || !ENDED.has(error.code)) throw error;
      }
    }
    deadline.phase = "connect";
    const controller = new AbortController();
    const abort = () => controller.abort(deadline.signal.reason);
    if (deadline.signal.aborted) abort();
    deadline.signal.addEventListener("abort", abort, { once: true });
    try {
      const client = await connectFtp(this.#url.address, { ...this.#how, signal: controller.signal });
      return await this.#run({ client, abort: (reason) => controller.abort(reason) }, work, deadline);
    } finally {
      deadline.signal.removeEventListener("abort", abort);
    }
  }

  async #run<T>(session: Session, work: (lease: Lease) => Promise<T>, deadline: Deadline): Promise<T> {
    deadline.phase = "first-byte";
    const lease = this.#lease(session, deadline);
    try {
      return await work(lease);
    } catch (error) {
      // A server that rejects a command accepts others.
      if (error instanceof ToucanError && isRejection(error)) await lease.release();
      else lease.close();
      throw error;
    }
  }

  #lease(session: Session, { signal }: Deadline): Lease {
    const { ftpPool } = this.#options;
    const abort = () => session.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    const end = () => signal.removeEventListener("abort", abort);
    return {
      client: session.client,
      release: async () => {
        end();
        await (ftpPool ? ftpPool.give(this.#key, session) : quit(session));
      },
      close: () => {
        end();
        session.client.close();
      },
    };
  }
}

function isRejection({ name, code }: ToucanError): boolean {
  return name === "FtpRefusedError" || code === "is-a-folder" || code === "no-such-file";
}
