import { ImapResponseError } from "../codec/response/values.ts";
import { flagsOf } from "../codec/response/fetched.ts";
import type { ImapStatusText } from "../codec/response/response.ts";
import type { ImapData } from "./session.ts";

/** An open folder, as the server describes it. Text is untrusted. */
export interface ImapFolder {
  /** Name. */
  readonly name: string;
  /** Whether nothing in it can be changed. */
  readonly readOnly: boolean;
  /** UIDVALIDITY: with another one, UIDs mean other messages. */
  readonly uidValidity: number;
  /** UID that the next message gets at least, if the server tells it. */
  readonly uidNext?: number;
  /** Number of messages. */
  readonly exists: number;
  /** Flags that its messages have. */
  readonly flags: readonly string[];
}

/** Follows what a server says about the open folder. */
export class FolderState implements ImapFolder {
  /** Name. */
  readonly name: string;
  /** Whether nothing in it can be changed. */
  readOnly: boolean;
  /** UIDVALIDITY; 0 before the server has told it. */
  uidValidity = 0;
  /** UID of the next message. */
  uidNext?: number;
  /** Number of messages. */
  exists = 0;
  /** Flags. */
  flags: readonly string[] = [];
  /** Whether messages have arrived since this was set to false. */
  arrived = false;

  /** Begins with an empty folder. */
  constructor(name: string, readOnly: boolean) {
    this.name = name;
    this.readOnly = readOnly;
  }

  /**
   * Takes note of a response.
   *
   * @throws {ImapResponseError} When it cannot be: UIDs change their meaning, more messages are removed than there are.
   */
  take(response: ImapData | ImapStatusText & { readonly kind: "status" }): void {
    if (response.kind === "status") return this.#code(response);
    const { name, number = 0, values } = response;
    if (name === "EXISTS") {
      this.arrived ||= number > this.exists;
      this.exists = number;
    } else if (name === "EXPUNGE") {
      // It is about the folder that was open before.
      if (this.uidValidity === 0) return;
      if (number < 1 || number > this.exists) throw new ImapResponseError("EXPUNGE of a message that does not exist");
      this.exists--;
    } else if (name === "FLAGS") this.flags = flagsOf(values[0]);
  }

  #code({ code }: ImapStatusText): void {
    if (code?.name === "UIDVALIDITY") {
      const validity = numberOf(code.argument);
      if (validity === undefined) throw new ImapResponseError("an invalid UIDVALIDITY");
      if (this.uidValidity !== 0 && validity !== this.uidValidity) {
        throw new ImapResponseError("UIDVALIDITY has changed");
      }
      this.uidValidity = validity;
    } else if (code?.name === "UIDNEXT") this.uidNext = numberOf(code.argument) ?? this.uidNext;
    else if (code?.name === "READ-ONLY") this.readOnly = true;
  }
}

function numberOf(text: string): number | undefined {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= 0xffff_ffff ? number : undefined;
}
