import type { Pop3Command } from "../../codec/command.ts";
import type { Maildrop, Session } from "../session.ts";

/** Continuation after the reply to a command: the next command, TLS, or the end. */
export type Next = "continue" | "failed" | "start-tls" | "close";

/** A command. */
export type Run<S> = (session: S, rest: string) => Next | Promise<Next>;

/** A session after the login. */
export type OpenSession = Session & { readonly maildrop: Maildrop };

/** Replies with an error. */
export function refuse(session: Session, text: string): Next {
  session.reply(`-ERR ${text}`);
  return "failed";
}

/** Replies that a command was executed. */
export function accept(session: Session, text: string): Next {
  session.reply(`+OK${text === "" ? "" : ` ${text}`}`);
  return "continue";
}

/** Returns a command as the trace shows it: without its secrets. */
export function shownCommand({ keyword, rest }: Pop3Command, line: string): string {
  if (keyword === "PASS") return "PASS ********";
  const [, mechanism] = keyword === "AUTH" ? /^(\S+) +\S/.exec(rest) ?? [] : [];
  return mechanism === undefined ? line : `AUTH ${mechanism} ********`;
}
