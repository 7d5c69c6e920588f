import type { LineChannel } from "../../../core/mod.ts";
import type { Facts } from "../../probe/probe.ts";

/** Reply of a server: whether it is positive, and its text, which is untrusted. */
export interface LineReply {
  /** Whether it is positive. */
  readonly ok: boolean;
  /** The reply as it stands, in one line. */
  readonly text: string;
}

/** Offer of a server at a point of the session. */
export interface LineOffer {
  /** Whether TLS can be started by a command. */
  readonly startTls: boolean;
  /** Ways to log in that send the password as it is, in capitals: `PLAIN`, `LOGIN`, `USER`. */
  readonly passwords: readonly string[];
  /** Names of capabilities, in capitals. */
  readonly words: readonly string[];
  /** Why the server does not go on. */
  readonly refused?: string;
}

/** Further values of a protocol by name, which are judged by its own probe. */
export type LineExtra = Readonly<Record<string, string | number | boolean | undefined>>;

/** A line protocol, as a check speaks it. Nothing is changed on the server, and there is no login. */
export interface Dialect {
  /** Name of the protocol: `SMTP`. */
  readonly protocol: string;
  /** Whether the server speaks first. */
  readonly greets: boolean;
  /** Reads the greeting. */
  readonly greeting: (channel: LineChannel) => Promise<LineReply>;
  /** Asks what the server offers. */
  readonly hello: (channel: LineChannel) => Promise<LineOffer>;
  /** Asks for TLS. */
  readonly startTls?: (channel: LineChannel) => Promise<LineReply>;
  /** Asks further questions, at the end. */
  readonly more?: (channel: LineChannel, offer: LineOffer) => Promise<LineExtra>;
  /** Ends the session. */
  readonly quit: string;
  /** Values of the protocol. */
  readonly facts?: (extra: LineExtra) => Facts;
}

/** An offer without anything. */
export const NO_OFFER: LineOffer = { startTls: false, passwords: [], words: [] };

/** Ways of AUTH that send the password as it is. */
const PLAIN_MECHANISMS = ["PLAIN", "LOGIN"];

/** Returns those mechanisms that send the password as it is. */
export function passwordMechanisms(mechanisms: readonly string[]): string[] {
  return mechanisms.map((name) => name.toUpperCase()).filter((name) => PLAIN_MECHANISMS.includes(name));
}
