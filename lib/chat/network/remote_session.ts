import { isCapability } from "../server/client/capabilities.ts";
import { Session } from "../server/client/session.ts";
import { closedQueue } from "../server/send/closed_queue.ts";
import type { MemberIdentity } from "./codec/event.ts";

/** Queue of all clients of other servers: nothing is sent to them from here. */
const NOWHERE = closedQueue();

/** Client of another server: it has the state of a client, and what is sent to it is sent by its own server. */
export class RemoteSession extends Session {
  /** Creates the client as its server introduced it. */
  constructor({ user, realname, host, secure, since, account, away, capabilities }: MemberIdentity, server: string) {
    super({ host, peer: host, secure, local: false, framing: 0, server }, NOWHERE);
    this.identify(user, realname);
    this.since = since;
    this.spoke = since;
    this.account = account;
    this.away = away;
    for (const name of capabilities) if (isCapability(name)) this.capabilities.add(name);
  }

  /** Whether it is connected to this server: no. */
  override get local(): boolean {
    return false;
  }

  /** Does nothing. */
  override send(): void {}

  /** Does nothing. */
  override deliver(): void {}

  /** Does nothing. */
  override say(): void {}

  /** Does nothing. */
  override end(): void {}

  /** Runs a command; its own server sends the answer. */
  override labelled(_: string, work: () => void): void {
    work();
  }
}
