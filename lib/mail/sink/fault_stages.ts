/** A protocol of a sink whose commands can fail. */
export type FaultProtocol = "smtp" | "pop3" | "imap" | "nntp";

/** A stage of an SMTP session that can fail: `message` is the end of the data. */
export type SmtpFaultStage = "connect" | "ehlo" | "starttls" | "auth" | "mail" | "rcpt" | "data" | "message";

/** A command of another protocol that can fail, such as `pop3-retr` and `imap-fetch`; `connect` is the greeting. */
export type MailboxFaultStage = `${Exclude<FaultProtocol, "smtp">}-${string}`;

/** A stage of a session that can fail. */
export type FaultStage = SmtpFaultStage | MailboxFaultStage;

/** Stages of SMTP. */
export const SMTP_FAULT_STAGES: readonly SmtpFaultStage[] = [
  ...["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "message"] as const,
];

/** Commands of the other protocols that can fail. */
const COMMANDS: Readonly<Record<Exclude<FaultProtocol, "smtp">, string>> = {
  pop3: "connect capa stls auth user pass stat list uidl top retr dele rset noop quit",
  imap: "connect capability starttls login authenticate enable list lsub status select examine create delete rename " +
    "subscribe unsubscribe append search fetch store copy move expunge idle check noop close unselect namespace id logout",
  nntp:
    "connect capabilities starttls authinfo mode list newgroups newnews group listgroup over hdr article head body " +
    "stat next last post ihave date quit",
};

/** Replies with which a protocol reports a failure, and how they are described. */
export const FAULT_CODES: Readonly<Record<FaultProtocol, { readonly accepts: RegExp; readonly shown: string }>> = {
  smtp: { accepts: /^[45][0-5]\d$/, shown: "a code from 400 to 559" },
  pop3: { accepts: /^err$/, shown: "err" },
  imap: { accepts: /^(?:no|bad|bye)$/, shown: "no, bad, bye" },
  nntp: { accepts: /^[45]\d\d$/, shown: "a code from 400 to 599" },
};

const commandsOf = (protocol: Exclude<FaultProtocol, "smtp">) =>
  COMMANDS[protocol].split(" ").map((command): MailboxFaultStage => `${protocol}-${command}`);
const ALL: readonly FaultStage[] = [
  ...SMTP_FAULT_STAGES,
  ...commandsOf("pop3"),
  ...commandsOf("imap"),
  ...commandsOf("nntp"),
];

/** Returns the stage of a name in lower case; undefined when there is none. */
export function faultStage(name: string): FaultStage | undefined {
  return ALL.find((stage) => stage === name);
}

/** Returns the protocol of a stage. */
export function faultProtocol(stage: FaultStage): FaultProtocol {
  const [protocol] = stage.split("-");
  return protocol === "pop3" || protocol === "imap" || protocol === "nntp" ? protocol : "smtp";
}

/** Stages at which no address is known yet. */
const WITHOUT_ADDRESS: ReadonlySet<FaultStage> = new Set<FaultStage>([
  ...["connect", "ehlo", "starttls", "auth"] as const,
  ...["pop3-connect", "pop3-capa", "pop3-stls", "pop3-auth"] as const,
  ...["imap-connect", "imap-capability", "imap-starttls", "imap-authenticate"] as const,
  ...["nntp-connect", "nntp-capabilities", "nntp-starttls"] as const,
]);

/** Whether an address is known at a stage. */
export function knowsAddress(stage: FaultStage): boolean {
  return !WITHOUT_ADDRESS.has(stage);
}

/** Whether a command can be carried out without its reply being sent. */
export function canLoseReply(stage: FaultStage): boolean {
  return stage === "message" ||
    stage.includes("-") && !stage.endsWith("-connect") && !/-(?:stls|starttls)$/.test(stage);
}
