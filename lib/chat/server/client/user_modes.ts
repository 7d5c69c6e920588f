import type { Session } from "./session.ts";

/** User modes of all clients: counting them must not cost more with each client, since each one is told at its entry. */
export class UserModes {
  readonly #clients = new Map<string, Set<Session>>();

  /** Sets or removes a mode of a client. */
  set(session: Session, mode: string, on = true): void {
    const clients = this.#clients.get(mode) ?? new Set();
    this.#clients.set(mode, clients);
    if (on) {
      session.modes.add(mode);
      clients.add(session);
    } else {
      session.modes.delete(mode);
      clients.delete(session);
    }
  }

  /** Returns the number of clients with a mode. */
  count(mode: string): number {
    return this.#clients.get(mode)?.size ?? 0;
  }

  /** Forgets a client that has disconnected. */
  forget(session: Session): void {
    for (const mode of session.modes) this.#clients.get(mode)?.delete(session);
  }
}
