import { type LineClient, pause } from "../../../core/mod.ts";
import type { ImapCommand } from "../codec/command.ts";
import { type FaultStage, faultStage } from "../../sink/fault_stages.ts";
import type { Session } from "./session.ts";

const TEXT = "simulated failure";

/** Waits as long as each reply is delayed; less when the server stops. */
export async function delayed({ client, host: { faults } }: Session): Promise<void> {
  if (!faults || faults.delay === 0) return;
  await client.flush();
  await pause(faults.delay, client.leaving).catch(() => {});
}

/** Simulates a failure of the greeting; returns whether there is one. */
export function failGreeting(session: Session): boolean {
  const failure = session.host.faults?.find("imap-connect");
  if (failure?.action === "reply") session.reply(`* BYE ${TEXT}`);
  return failure !== undefined;
}

/** Outcome of a simulated failure: the command was refused, the connection ends, or it ends after the command was carried out in silence. */
export type Simulated = "refused" | "close" | "silent";

/** Simulates the failure of a command; undefined when it does not fail. */
export function failCommand(session: Session, command: ImapCommand): Simulated | undefined {
  const { faults } = session.host;
  if (!faults) return undefined;
  const stage: FaultStage | undefined = faultStage(`imap-${command.name.toLowerCase()}`);
  const user = command.name === "LOGIN" ? command.user : session.user;
  const failure = stage && faults.find(stage, user === undefined ? [] : [user]);
  if (!failure) return undefined;
  if (failure.action === "close") return "close";
  if (failure.action === "drop") return "silent";
  const bye = failure.code === "bye";
  session.reply(bye ? `* BYE ${TEXT}` : `${command.tag} ${failure.code.toUpperCase()} ${TEXT}`);
  return bye ? "close" : "refused";
}

/** Returns a client that gets no more replies. */
export function muted(client: LineClient): LineClient {
  const { peer, local, secure, leaving, pending } = client;
  return {
    ...{ peer, local, secure, leaving, pending },
    line: (options) => client.line(options),
    read: (into) => client.read(into),
    reply: () => {},
    write: () => Promise.resolve(),
    flush: () => Promise.resolve(),
    startTls: () => Promise.resolve(),
    trace: (direction, text) => client.trace(direction, text),
  };
}
