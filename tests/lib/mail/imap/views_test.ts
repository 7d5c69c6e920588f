import { assert, assertEquals } from "@std/assert";
import { servedImap } from "../../../kit/imap_served.ts";
import { RawImap } from "../../../kit/raw_imap.ts";

const CLIENTS = 3;
const STEPS = 500;
const MAX_MESSAGES = 100;

/** A mailbox as a client knows it by the untagged responses: the UID of each number, where it was told. */
class View {
  #uids: (number | undefined)[] = [];

  constructor(readonly client: RawImap) {}

  get uids(): readonly (number | undefined)[] {
    return this.#uids;
  }

  async select(): Promise<void> {
    this.#uids = [];
    await this.send("SELECT INBOX");
  }

  /** Sends a command, and takes in its responses. */
  async send(command: string): Promise<string> {
    const lines = await this.client.send(command);
    for (const line of lines) this.#take(line, command);
    return lines.at(-1) ?? "";
  }

  #take(line: string, command: string): void {
    const [, digits = "", kind = "", items = ""] = /^\* (\d+) (EXPUNGE|EXISTS|FETCH)(.*)/.exec(line) ?? [];
    if (kind === "") return;
    const number = Number(digits);
    const where = `${line} after ${command}`;
    if (kind === "EXISTS") {
      assert(number >= this.#uids.length, where);
      while (this.#uids.length < number) this.#uids.push(undefined);
      return;
    }
    assert(number >= 1 && number <= this.#uids.length, where);
    if (kind === "EXPUNGE") {
      assert(!/^(?:FETCH|STORE|SEARCH)/.test(command), where);
      this.#uids.splice(number - 1, 1);
      return;
    }
    const [, uid] = /UID (\d+)/.exec(items) ?? [];
    if (uid === undefined) return;
    assertEquals(this.#uids[number - 1] ?? Number(uid), Number(uid), where);
    this.#uids[number - 1] = Number(uid);
  }
}

Deno.test("imap server: three clients that change one mailbox at random know its messages at each step", async () => {
  await using served = await servedImap(["Subject: 1\n\n1\n", "Subject: 2\n\n2\n"]);
  const { inbox } = served.account;
  await served.account.create("other");
  const views = await Promise.all(
    Array.from({ length: CLIENTS }, async () => new View(await RawImap.login(served.port))),
  );
  for (const view of views) await view.select();
  let state = 20261128;
  const random = (below: number) => {
    state = Math.imul(state, 1_103_515_245) + 12_345 & 0x7fffffff;
    return (state >> 8) % below;
  };
  for (let step = 0; step < STEPS; step++) {
    const view = views[random(CLIENTS)];
    if (!view) continue;
    const one = 1 + random(view.uids.length || 1);
    const some = ["1:*", `${one}`, `${one}:${1 + random(view.uids.length || 1)}`][random(3)];
    const commands = [
      ...["NOOP", "EXPUNGE", "UID FETCH 1:* (FLAGS)", "SEARCH UNDELETED", "UID COPY 1:* other"],
      ...[`FETCH ${some} (UID FLAGS)`, `FETCH ${some} BODY[TEXT]`, `COPY ${some} INBOX`, `MOVE ${some} other`],
      ...[`STORE ${some} +FLAGS (\\Deleted)`, `STORE ${some} -FLAGS.SILENT (\\Deleted)`],
      ...[`UID STORE ${1 + random(300)} +FLAGS (\\Deleted k)`, `UID EXPUNGE ${1 + random(200)}:*`],
      ...["CLOSE", "UNSELECT", ...Array(3).fill("APPEND INBOX {14+}\r\nSubject: x\r\n\r\n")],
    ];
    const command = commands[random(commands.length)] ?? "NOOP";
    const isEmpty = view.uids.length === 0;
    const reply = await view.send(command);
    assert(
      /^(?:OK|NO \[EXPUNGEISSUED\])/.test(reply) || isEmpty && /^BAD Invalid message/.test(reply),
      `${command}: ${reply}`,
    );
    if (command === "CLOSE" || command === "UNSELECT") await view.select();
    if (inbox.count > MAX_MESSAGES) {
      await view.send("STORE 1:* +FLAGS.SILENT (\\Deleted)");
      await view.send("EXPUNGE");
    }
  }
  for (const view of views) {
    await view.send("NOOP");
    await view.send("UID FETCH 1:* (UID)");
    assertEquals(view.uids, inbox.messages.map(({ uid }) => uid));
    view.client[Symbol.dispose]();
  }
  assertEquals(served.faults, []);
});
