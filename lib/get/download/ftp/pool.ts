import { Deadline } from "../../../core/mod.ts";
import type { FtpClient } from "../../../ftp/internal.ts";

/** Milliseconds after which an idle session is closed: before most servers do that. */
const IDLE_MS = 30_000;
/** Milliseconds in which a server has to reply to QUIT. */
const QUIT_MS = 1000;

/** A session with an FTP server, and the signal that ends it. */
export interface Session {
  /** The client. */
  readonly client: FtpClient;
  /** Ends the session with a reason, whatever it does. */
  abort(reason: unknown): void;
}

interface Kept {
  readonly session: Session;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * Keeps the sessions of FTP downloads for further files of the same server and user. Downloads that share one log in once
 * for each simultaneous download.
 *
 * @example Two files in one session
 * ```ts
 * import { FtpPool, tryDownload } from "../../mod.ts";
 *
 * await using ftpPool = new FtpPool();
 * const sink = { write: () => {}, end: () => {} };
 * for (const name of ["a", "b"]) await tryDownload(`ftp://127.0.0.1:9/${name}`, { sink }, { ftpPool, retries: 0 });
 * ```
 */
export class FtpPool implements AsyncDisposable {
  readonly #idle = new Map<string, Kept[]>();
  #closed = false;

  /** @ignore Returns the session with this server and user that was used last. */
  take(key: string): Session | undefined {
    const list = this.#idle.get(key) ?? [];
    for (let kept = list.pop(); kept; kept = list.pop()) {
      clearTimeout(kept.timer);
      if (!kept.session.client.closed) return kept.session;
    }
    return undefined;
  }

  /** @ignore Keeps a session that can transfer another file. */
  async give(key: string, session: Session): Promise<void> {
    if (session.client.closed) return;
    if (this.#closed) return await quit(session);
    const list = this.#idle.get(key) ?? [];
    this.#idle.set(key, list);
    const timer = setTimeout(() => {
      list.splice(list.indexOf(kept), 1);
      session.client.close();
    }, IDLE_MS);
    // An idle session does not keep the program running.
    Deno.unrefTimer(timer);
    const kept: Kept = { session, timer };
    list.push(kept);
  }

  /** Logs out of the sessions that are idle now, and of the others once they are. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const all = [...this.#idle.values()].flat();
    this.#idle.clear();
    await Promise.all(all.map(async ({ session, timer }) => {
      clearTimeout(timer);
      await quit(session);
    }));
  }
}

/** Logs out (`QUIT`), and closes the connection, also if the server does not reply. */
export async function quit({ client }: Session): Promise<void> {
  using deadline = new Deadline({ timeout: QUIT_MS }, "log out");
  try {
    await deadline.race(client.quit());
  } catch {
    // There is nothing to lose.
  } finally {
    client.close();
  }
}
