import { ipVersion, ToucanError } from "../../../core/mod.ts";
import { formatEpsvReply, formatPasvReply } from "../../codec/endpoint.ts";
import { Passive } from "../data/passive.ts";
import { FtpRefusal } from "../refusal.ts";
import type { Answer, Session } from "../session/session.ts";
import type { CommandRules } from "./rule.ts";

/** Active mode lets a client make the server connect to any address ("bounce attack"), and does not pass NAT. */
const NO_ACTIVE: Answer = { code: 502, text: "Active mode is not supported; use EPSV or PASV" };

/** Commands for the data connection (RFC 959 §4.1.2, RFC 2428). */
export const DATA: CommandRules = {
  PASV: { run: pasv, login: true },
  EPSV: { run: epsv, login: true },
  PORT: { run: () => NO_ACTIVE },
  EPRT: { run: () => NO_ACTIVE },
  LPRT: { run: () => NO_ACTIVE },
  TYPE: {
    run(_, argument) {
      // Bytes are sent as they are in type A too, as vsftpd does: conversion would damage files.
      const type = /^(?:([AI])(?: N)?|(L) 8)$/i.exec(argument.trim());
      if (type) return { code: 200, text: `Switching to ${/a/i.test(type[0]) ? "ASCII" : "Binary"} mode` };
      return { code: 504, text: "Type not supported; use TYPE I" };
    },
  },
  STRU: { run: only("F", "STRU F") },
  MODE: { run: only("S", "MODE S") },
};

function only(value: string, use: string): (session: Session, argument: string) => Answer {
  return (_, argument) => {
    if (argument.trim().toUpperCase() === value) return { code: 200, text: "Command okay" };
    return { code: 504, text: `Parameter not supported; use ${use}` };
  };
}

async function pasv(session: Session): Promise<Answer> {
  if (session.onlyExtended) return { code: 503, text: "PASV is not allowed after EPSV ALL" };
  const { localHost, host: { passiveHost: host = localHost } } = session;
  // The port is on the address of the control connection: behind IPv6, no address of IPv4 leads to it.
  if (ipVersion(localHost) !== 4) return { code: 425, text: "PASV requires IPv4; use EPSV" };
  return { code: 227, text: formatPasvReply(host, await listen(session)) };
}

async function epsv(session: Session, argument: string): Promise<Answer> {
  const protocol = argument.trim().toUpperCase();
  if (protocol === "ALL") {
    session.onlyExtended = true;
    return { code: 200, text: "EPSV ALL ok" };
  }
  const own = ipVersion(session.localHost) === 6 ? "2" : "1";
  if (/^\d+$/.test(protocol) && protocol !== own) {
    return { code: 522, text: `Network protocol not supported, use (${own})` };
  }
  if (protocol !== "" && protocol !== own) return { code: 501, text: "Syntax: EPSV [1 | 2 | ALL]" };
  return { code: 229, text: formatEpsvReply(await listen(session)) };
}

/** Listens for a data connection, in place of one that was expected before. */
async function listen(session: Session): Promise<number> {
  const { host: { ports, timeouts }, localHost, clientHost } = session;
  await session.passive?.close();
  session.passive = undefined;
  try {
    const listener = ports.bind(localHost);
    if (!listener) throw new FtpRefusal(425, "No port is free for a data connection; try again later");
    session.passive = new Passive(listener, ports, clientHost, timeouts.data);
    return session.passive.port;
  } catch (error) {
    if (error instanceof FtpRefusal || !(error instanceof ToucanError)) throw error;
    throw new FtpRefusal(425, "Cannot listen for a data connection; try again later", error);
  }
}
