import { NetworkError } from "../../core/mod.ts";
import { fromBase64, plainMessage, toBase64 } from "../../core/sasl/plain.ts";
import { hmacMd5 } from "../../deps/node/hmac.ts";
import {
  AUTH_MECHANISMS,
  type AuthMechanism,
  cramMd5Message,
  oauthBearerMessage,
  xoauth2Message,
} from "../codec/auth.ts";
import type { SmtpReply } from "../codec/reply.ts";
import { MASK } from "../../core/secrets.ts";
import type { MailAuth } from "./options.ts";
import { MailRefusedError } from "./refusal.ts";
import { Scram } from "../../core/sasl/scram_client.ts";
import type { Session } from "./session.ts";

/**
 * Authenticates with SMTP AUTH (RFC 4954).
 *
 * @throws {NetworkError} `auth-without-tls`, `auth-missing` when the server offers no suitable mechanism.
 * @throws {MailRefusedError} `auth-refused`.
 */
export async function authenticate(session: Session, auth: MailAuth): Promise<void> {
  const { channel, clock, capabilities, security } = session;
  const { peer } = channel.connection;
  if (!security && !auth.withoutTls) {
    throw new NetworkError(`cannot authenticate to ${peer}: the connection does not use TLS`, {
      code: "auth-without-tls",
      peer,
    });
  }
  const mechanism = auth.mechanism ?? best(capabilities.auth);
  if (mechanism === undefined || !capabilities.auth.includes(mechanism)) {
    const offered = capabilities.auth.join(", ") || "none";
    throw new NetworkError(
      `cannot authenticate to ${peer}: the server does not offer ${mechanism ?? "a supported mechanism"}`,
      {
        code: "auth-missing",
        peer,
        hint: `mechanisms that the server offers: ${offered}`,
      },
    );
  }
  clock.enter(`AUTH ${mechanism}`);
  const ask: Ask = async (line, shown) => {
    // The last word of a line that is masked, and what went into it.
    if (shown.endsWith(MASK)) channel.hide([line.slice(line.lastIndexOf(" ") + 1), auth.secret].filter(Boolean));
    await channel.send([line], [shown]);
    return await channel.reply();
  };
  const reply = await STEPS[mechanism](
    { ...auth, ...hostOf(peer) },
    ask,
    (why) => new NetworkError(`cannot authenticate to ${peer}: ${why}`, { code: "auth-server-invalid", peer }),
  );
  if (reply.code !== 235) {
    throw new MailRefusedError(peer, `AUTH ${mechanism}`, reply, { code: "auth-refused" });
  }
}

function best(offered: readonly string[]): AuthMechanism | undefined {
  return AUTH_MECHANISMS.find((mechanism) => !TOKEN_MECHANISMS.includes(mechanism) && offered.includes(mechanism));
}

/** Returns host and port of a peer, as it was named. */
function hostOf(peer: string): { readonly host: string; readonly port: number } {
  const [, host = peer, port = "0"] = /^(.*):(\d+)$/.exec(peer) ?? [];
  return { host, port: Number(port) };
}

type Ask = (line: string, shown: string) => Promise<SmtpReply>;

/** Mechanisms whose secret is a token, which are used only when named. */
const TOKEN_MECHANISMS: readonly AuthMechanism[] = ["OAUTHBEARER", "XOAUTH2"];
/** Empty answer that ends a rejected exchange of OAUTHBEARER (RFC 7628 §3.2.3). */
const OAUTH_END = "AQ==";

/** Credentials for an exchange, and the server that they are for. */
interface AuthCall extends MailAuth {
  readonly host: string;
  readonly port: number;
}

/** Authentication exchange of each mechanism; resolves with the last reply. */
const STEPS: Record<AuthMechanism, (auth: AuthCall, ask: Ask, invalid: (why: string) => Error) => Promise<SmtpReply>> =
  {
    "SCRAM-SHA-256": async ({ user, secret }, ask, invalid) => {
      const scram = new Scram(user, secret);
      const challenge = await ask(`AUTH SCRAM-SHA-256 ${toBase64(scram.first)}`, `AUTH SCRAM-SHA-256 ${MASK}`);
      if (challenge.code !== 334) return challenge;
      const answer = await scram.answer(fromBase64(challenge.lines[0] ?? "") ?? "");
      if (typeof answer !== "string") {
        await ask("*", "*");
        throw invalid(answer.message);
      }
      const last = await ask(toBase64(answer), MASK);
      if (last.code !== 334) {
        return last.code < 300 ? Promise.reject(invalid("it did not prove that it knows the password")) : last;
      }
      if (scram.proves(fromBase64(last.lines[0] ?? "") ?? "")) return await ask("", "");
      const refused = await ask("*", "*");
      // A server that rejects the password says so with a challenge as well.
      if (/^e=/.test(fromBase64(last.lines[0] ?? "") ?? "") && refused.code >= 500) return refused;
      throw invalid("it did not prove that it knows the password");
    },
    OAUTHBEARER: async ({ user, secret, host, port }, ask) => {
      const message = oauthBearerMessage(user, secret, { host, port });
      const reply = await ask(`AUTH OAUTHBEARER ${message}`, `AUTH OAUTHBEARER ${MASK}`);
      // A rejection arrives as a challenge with the reason.
      return reply.code === 334 ? await ask(OAUTH_END, OAUTH_END) : reply;
    },
    PLAIN: ({ user, secret }, ask) => ask(`AUTH PLAIN ${plainMessage(user, secret)}`, `AUTH PLAIN ${MASK}`),
    LOGIN: async ({ user, secret }, ask) => {
      const name = await ask("AUTH LOGIN", "AUTH LOGIN");
      if (name.code !== 334) return name;
      const password = await ask(toBase64(user), toBase64(user));
      return password.code === 334 ? await ask(toBase64(secret), MASK) : password;
    },
    "CRAM-MD5": async ({ user, secret }, ask) => {
      const challenge = await ask("AUTH CRAM-MD5", "AUTH CRAM-MD5");
      const text = fromBase64(challenge.lines[0] ?? "");
      if (challenge.code !== 334) return challenge;
      // `*` cancels the exchange (RFC 4954 §4).
      if (text === undefined) return await ask("*", "*");
      return await ask(cramMd5Message(user, hmacMd5(secret, text)), MASK);
    },
    XOAUTH2: async ({ user, secret }, ask) => {
      const reply = await ask(`AUTH XOAUTH2 ${xoauth2Message(user, secret)}`, `AUTH XOAUTH2 ${MASK}`);
      // A rejection arrives as a challenge with the reason, and ends after an empty response.
      return reply.code === 334 ? await ask("", "") : reply;
    },
  };
