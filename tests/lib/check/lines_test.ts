import { type CheckSetup, testSetups } from "../../kit/check_setup.ts";
import { type FtpScript, scriptedFtp } from "../../kit/scripted_ftp.ts";
import { type ImapScript, scriptedImap } from "../../kit/scripted_imap.ts";
import { smtpServer } from "../../kit/scripted_smtp.ts";
import { keyPair } from "../../kit/sink_certificate.ts";

type Expected = Pick<CheckSetup, "broken" | "codes" | "without">;

const TRUSTED = { tls: { caCerts: [keyPair.cert] } };

/** A server that sends its lines, each after a line of the client, the first at once. */
function lines(name: string, scheme: string, script: readonly string[], expected: Expected): CheckSetup {
  return {
    name: `${scheme.toUpperCase()} ${name}`,
    start(stack) {
      const { port } = stack.use(smtpServer({
        greeting: async (wire) => {
          for (const text of script) {
            await wire.say(text);
            if (await wire.line() === null) return;
          }
          await wire.gone();
        },
      })).address;
      return { target: `${scheme}://127.0.0.1:${port}`, options: { timeout: 2000 } };
    },
    ...expected,
  };
}

function imap(name: string, script: ImapScript, expected: Expected): CheckSetup {
  return {
    name: `IMAP ${name}`,
    start(stack) {
      return { target: `imap://127.0.0.1:${stack.use(scriptedImap(script)).address.port}`, options: TRUSTED };
    },
    ...expected,
  };
}

function ftp(name: string, script: FtpScript, expected: Expected): CheckSetup {
  return {
    name: `FTP ${name}`,
    start: (stack) => ({
      target: `ftp://127.0.0.1:${stack.use(scriptedFtp(script)).address.port}`,
      options: TRUSTED,
    }),
    ...expected,
  };
}

/** An IRC server that answers the registration with these lines. */
function irc(name: string, answer: string, expected: Expected): CheckSetup {
  return {
    name: `IRC ${name}`,
    start: (stack) => {
      const { port } = stack.use(smtpServer({
        greeting: ":irc.test NOTICE * :*** Looking up your hostname\r\n",
        NICK: "",
        USER: answer,
        QUIT: "ERROR :bye\r\n",
      })).address;
      return { target: `irc://127.0.0.1:${port}`, options: { timeout: 2000 } };
    },
    ...expected,
  };
}

testSetups([
  {
    name: "SMTP on the port of a rule",
    start(stack) {
      const { port } = stack.use(smtpServer()).address;
      const connectTo = [{ port: 25, toHost: "127.0.0.1", toPort: port }];
      return { target: "smtp://localhost", options: { timeout: 2000, connectTo } };
    },
    codes: ["connected", "greeted"],
  },
  imap("without TLS", { capabilities: "IMAP4rev1 AUTH=PLAIN" }, { codes: ["starttls-not-offered", "login-in-clear"] }),
  imap("with STARTTLS and LOGIN disabled", { capabilities: "IMAP4rev1 STARTTLS LOGINDISABLED", tls: keyPair }, {
    codes: ["starttls-offered", "tls-trusted"],
    without: ["login-in-clear"],
  }),
  imap("that says BYE", { changes: { greeting: "* BYE Autologout; too many connections\r\n" } }, {
    broken: ["application", "greeting-refused"],
  }),
  imap("with PREAUTH", { changes: { greeting: "* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n" } }, {
    codes: ["imap-preauth"],
  }),
  imap("STARTTLS refused", {
    capabilities: "IMAP4rev1 STARTTLS LOGINDISABLED",
    changes: { STARTTLS: "TAG NO TLS initialization failed\r\n" },
  }, { broken: ["tls", "starttls-refused"] }),
  lines("on a POP3 server", "imap", ["+OK POP3 ready\r\n"], { broken: ["application", "greeting-foreign"] }),
  lines("without TLS", "pop3", ["+OK POP3 ready\r\n", "+OK\r\nUSER\r\nUIDL\r\n.\r\n", "+OK\r\n"], {
    codes: ["starttls-not-offered", "login-in-clear"],
  }),
  lines("refused", "pop3", ["-ERR [SYS/TEMP] Maintenance\r\n"], { broken: ["application", "greeting-refused"] }),
  lines("refused", "nntp", ["502 You have no permission to talk. Goodbye.\r\n"], {
    broken: ["application", "greeting-refused"],
  }),
  lines("read-only", "nntp", [
    "201 news.test ready, no posting\r\n",
    "101 Capabilities\r\nVERSION 2\r\nREADER\r\nAUTHINFO USER\r\n.\r\n",
  ], { codes: ["nntp-read-only", "starttls-not-offered", "login-in-clear"] }),
  ftp("without TLS", {}, { codes: ["starttls-not-offered", "login-in-clear", "ftp-anonymous"] }),
  ftp("behind NAT", { changes: { PASV: "227 Entering Passive Mode (10,0,0,5,200,10)\r\n" } }, {
    codes: ["ftp-passive-address"],
  }),
  ftp("that is full", { changes: { greeting: "421 Too many users, try again later\r\n" } }, {
    broken: ["application", "greeting-refused"],
  }),
  ftp("that permits logins with TLS only", {
    features: ["AUTH TLS", "EPSV"],
    tls: keyPair,
    changes: { USER: "530 Non-anonymous sessions must use encryption.\r\n" },
  }, { codes: ["starttls-offered", "tls-trusted"], without: ["login-in-clear"] }),
  irc("password", "ERROR :Closing link: Bad Password\r\n", { broken: ["application", "irc-password-required"] }),
  irc("numeric 464", ":irc.test 464 t :Password incorrect\r\n", { broken: ["application", "irc-password-required"] }),
  irc("banned", "ERROR :Closing Link: K-lined: open proxy\r\n", { broken: ["application", "greeting-refused"] }),
  irc("welcome", ":irc.test 001 t :Welcome to the test network\r\n", { codes: ["greeted"] }),
], { words: true });
