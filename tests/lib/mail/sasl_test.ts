import { assertEquals, assertRejects } from "@std/assert";
import { NetworkError, ToucanError } from "../../../lib/core/mod.ts";
import { Scram } from "../../../lib/core/sasl/scram_client.ts";
import { parseScramChallenge, saslPrep, scramFirst } from "../../../lib/core/sasl/scram_messages.ts";
import { sendMail } from "../../../lib/mail/mod.ts";
import { scriptedSmtp, type SmtpWire } from "../../kit/scripted_smtp.ts";

/** The exchange of RFC 7677, section 3. */
const RFC = {
  nonce: "rOprNGfwEbeRWgbNEkqO",
  challenge: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
  answer: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
  proof: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
};

Deno.test("SCRAM-SHA-256: the example of RFC 7677", async () => {
  const scram = new Scram("user", "pencil", RFC.nonce);
  assertEquals(scram.first, `n,,n=user,r=${RFC.nonce}`);
  assertEquals(scram.proves(RFC.proof), false);
  assertEquals(await scram.answer(RFC.challenge), RFC.answer);
  assertEquals(scram.proves(RFC.proof), true);
  assertEquals(scram.proves(RFC.proof.replace("6", "7")), false);
});

Deno.test("SCRAM: names and passwords are prepared", () => {
  assertEquals(scramFirst("a=b,c", "n"), "n=a=3Db=2Cc,r=n");
  const table = [["I\u00adX", "IX"], ["\u00aa", "a"], ["\u2168", "IX"], ["a\u00a0b", "a b"], [
    "pa\u0308ss",
    "p\u00e4ss",
  ]];
  for (const [text = "", prepared] of table) assertEquals(saslPrep(text), prepared);
});

Deno.test("SCRAM: challenges that are not acceptable", () => {
  const table: readonly (readonly [challenge: string, why: string])[] = [
    ["", "the challenge is invalid"],
    ["m=x,r=abcd,s=AAAA,i=4096", "the challenge is invalid"],
    ["r=abcd,s=AAAA", "the challenge is invalid"],
    ["r=abcd,s=,i=4096", "the challenge is invalid"],
    ["r=abc,s=AAAA,i=4096", "the nonce is not that of the client"],
    ["r=xbcd,s=AAAA,i=4096", "the nonce is not that of the client"],
    ["r=abcd,s=AA=A,i=4096", "the salt is invalid"],
    ["r=abcd,s=AAAA,i=4095", "4095 iterations are too few"],
    ["r=abcd,s=AAAA,i=999999999", "999999999 iterations are too many"],
    ["r=abcd,s=AAAA,i=1e9", "the challenge is invalid"],
  ];
  for (const [challenge, why] of table) assertEquals(parseScramChallenge(challenge, "abc"), why);
});

const MESSAGE = { from: "ada@example.com", to: "bob@example.com", text: "hello" };

/** Greets, offers mechanisms, and answers AUTH by a script. */
function authServer(mechanism: string, auth: (wire: SmtpWire, first: string) => Promise<void>) {
  return scriptedSmtp(async (wire) => {
    await wire.say("220 mx\r\n");
    for (let line = await wire.line(); line !== null; line = await wire.line()) {
      if (line.startsWith("EHLO")) await wire.say(`250-mx\r\n250 AUTH ${mechanism}\r\n`);
      else if (line.startsWith("AUTH")) await auth(wire, line);
      else await wire.say(line.startsWith("DATA") ? "554 no\r\n" : "250 ok\r\n");
    }
  });
}

const challengeOf = (first: string, more = "abc", count = 4096) => {
  const nonce = /r=(.*)$/.exec(atob(first.split(" ")[2] ?? ""))?.[1] ?? "";
  return `334 ${btoa(`r=${nonce}${more},s=AAAA,i=${count}`)}\r\n`;
};

const SCRAM_SERVERS:
  readonly (readonly [name: string, script: (wire: SmtpWire, first: string) => Promise<void>, code: string])[] = [
    ["rejects the user", (wire) => wire.say("535 5.7.8 no\r\n"), "auth-refused"],
    ["sends a nonce of its own", async (wire, first) => {
      await wire.say(challengeOf(first).replace(/334 .*/, `334 ${btoa("r=evil,s=AAAA,i=4096")}`));
      await wire.line();
      await wire.say("501 cancelled\r\n");
    }, "auth-server-invalid"],
    ["asks for a billion iterations", async (wire, first) => {
      await wire.say(challengeOf(first, "x", 999_999_999));
      await wire.line();
      await wire.say("501 cancelled\r\n");
    }, "auth-server-invalid"],
    ["accepts without a proof", async (wire, first) => {
      await wire.say(challengeOf(first));
      await wire.line();
      await wire.say("235 2.7.0 welcome\r\n");
    }, "auth-server-invalid"],
    ["sends a wrong proof", async (wire, first) => {
      await wire.say(challengeOf(first));
      await wire.line();
      await wire.say(`334 ${btoa("v=AAAA")}\r\n`);
      await wire.line();
      await wire.say("235 2.7.0 welcome\r\n");
    }, "auth-server-invalid"],
    ["rejects the password by a challenge", async (wire, first) => {
      await wire.say(challengeOf(first));
      await wire.line();
      await wire.say(`334 ${btoa("e=invalid-proof")}\r\n`);
      await wire.line();
      await wire.say("535 5.7.8 no\r\n");
    }, "auth-refused"],
  ];

for (const [name, script, code] of SCRAM_SERVERS) {
  Deno.test(`SCRAM-SHA-256: the server ${name}`, async () => {
    await using server = authServer("PLAIN SCRAM-SHA-256", script);
    const auth = { user: "ada", secret: "s3cret", withoutTls: true };
    const error = await assertRejects(() => sendMail(server.address, MESSAGE, { tls: "none", auth }), ToucanError);
    assertEquals(error.code, code);
    assertEquals(server.lines.some((line) => line.includes("s3cret") || line.startsWith("MAIL")), false);
  });
}

Deno.test("OAUTHBEARER: the token goes out once, to the server that was named; a rejection is ended", async () => {
  await using server = authServer("OAUTHBEARER PLAIN", async (wire) => {
    await wire.say(`334 ${btoa('{"status":"invalid_token"}')}\r\n`);
    await wire.say(await wire.line() === "AQ==" ? "535 5.7.8 no\r\n" : "500 what\r\n");
  });
  const auth = { user: "a,b", secret: "t0ken", withoutTls: true, mechanism: "OAUTHBEARER" as const };
  const error = await assertRejects(() => sendMail(server.address, MESSAGE, { tls: "none", auth }), ToucanError);
  assertEquals(error.code, "auth-refused");
  const sent = server.lines.find((line) => line.startsWith("AUTH"))?.split(" ")[2] ?? "";
  assertEquals(atob(sent), `n,a=a=2Cb,\x01host=127.0.0.1\x01port=${server.address.port}\x01auth=Bearer t0ken\x01\x01`);
  // A token is not a password: without its mechanism by name, PLAIN is used.
  const named = { ...auth, mechanism: "XOAUTH2" as const };
  assertEquals(
    (await assertRejects(() => sendMail(server.address, MESSAGE, { tls: "none", auth: named }), NetworkError)).code,
    "auth-missing",
  );
});
