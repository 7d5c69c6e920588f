import { NetworkError, UsageError } from "../../../core/mod.ts";
import type { LineChannel } from "../../../core/lines/client/line_channel.ts";
import { MASK } from "../../../core/secrets.ts";
import { plainMessage } from "../../../core/sasl/plain.ts";
import type { NntpCapabilities } from "../codec/capabilities.ts";
import { formatNntpCommand } from "../codec/command.ts";
import type { NntpReply } from "../codec/reply.ts";
import { readReply } from "./dialogue.ts";
import type { NntpAuth } from "./options.ts";
import { NntpRefusedError } from "./refusal.ts";

/** Length of a message of PLAIN that fits into a command line of 512 bytes. */
const MAX_INITIAL = 450;

/**
 * Logs in: by AUTHINFO USER and PASS, or by AUTHINFO SASL PLAIN (RFC 4643), where the server offers that only, or the name has blanks.
 *
 * @throws {NetworkError} `auth-without-tls`, `auth-missing`.
 * @throws {NntpRefusedError} `auth-refused`.
 * @throws {UsageError} `injection` when the name or the password cannot be sent.
 */
export async function login(channel: LineChannel, capabilities: NntpCapabilities, auth: NntpAuth): Promise<void> {
  const { peer, security } = channel.connection;
  if (!security && !auth.withoutTls) {
    throw new NetworkError(`cannot authenticate to ${peer}: the connection does not use TLS`, {
      code: "auth-without-tls",
      peer,
    });
  }
  const { sasl, user, known } = capabilities;
  // Servers such as INN check both against different lists of users; that of AUTHINFO USER is the one in use.
  const mechanism = auth.mechanism ?? (sasl.includes("PLAIN") && !(user && isPlain(auth)) ? "PLAIN" : "USER");
  if (known && sasl.length > 0 && (mechanism === "PLAIN" ? !sasl.includes("PLAIN") : !user)) {
    throw new NetworkError(`cannot authenticate to ${peer}: the server does not offer AUTHINFO ${mechanism}`, {
      code: "auth-missing",
      peer,
      hint: `mechanisms that the server offers: ${[...(user ? ["USER"] : []), ...sasl].join(", ")}`,
    });
  }
  const reply = mechanism === "PLAIN" ? await saslPlain(channel, auth) : await userPass(channel, auth);
  if (reply.code !== 281) throw new NntpRefusedError(peer, "the login", reply, "auth-refused");
}

/** Whether AUTHINFO USER can carry credentials. */
function isPlain({ user, secret }: NntpAuth): boolean {
  return /^\S+$/u.test(user) && /^\S(?:.*\S)?$/u.test(secret);
}

async function saslPlain(channel: LineChannel, { user, secret }: NntpAuth): Promise<NntpReply> {
  const message = plainMessage(user, secret);
  const secrets = [message, secret].filter(Boolean);
  channel.enter("AUTHINFO SASL");
  if (message.length <= MAX_INITIAL) {
    await channel.send(`AUTHINFO SASL PLAIN ${message}`, { shown: `AUTHINFO SASL PLAIN ${MASK}`, secrets });
    return await readReply(channel);
  }
  await channel.send("AUTHINFO SASL PLAIN");
  const reply = await readReply(channel);
  if (reply.code !== 383) return reply;
  await channel.send(message, { shown: MASK, secrets });
  return await readReply(channel);
}

async function userPass(channel: LineChannel, { user, secret }: NntpAuth): Promise<NntpReply> {
  // Both are checked before one of them is sent.
  const [name, pass] = [formatNntpCommand("AUTHINFO", "USER", user), formatNntpCommand("AUTHINFO", "PASS", secret)];
  if (/[ \t]/.test(user)) {
    throw new UsageError("invalid user name: AUTHINFO USER permits no blanks", { code: "injection" });
  }
  channel.enter("AUTHINFO USER");
  await channel.send(name);
  const reply = await readReply(channel);
  if (reply.code !== 381) return reply;
  channel.enter("AUTHINFO PASS");
  await channel.send(pass, { shown: `AUTHINFO PASS ${MASK}`, secrets: [secret].filter(Boolean) });
  return await readReply(channel);
}
