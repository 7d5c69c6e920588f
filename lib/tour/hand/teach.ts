import type { Stage, Tour } from "../leg.ts";
import { STEP_TIMEOUT_MS } from "../demonstrate/timeout.ts";
import { HandWire } from "./hand_wire.ts";
import { accepts, type Lesson, type LessonServer, type Step, stepAfter } from "./lesson.ts";

/** Maximum number of lines of a reply that are shown. */
const MAX_LINES = 40;
const EMPTY = "(empty line)";

/** Returns the leg of a lesson. */
export function handLeg(lesson: Lesson): Tour {
  return {
    title: `${lesson.protocol} by hand, line by line`,
    layer: layer(lesson),
    async walk(stage) {
      await using server = await lesson.serve(stage.signal);
      await new Teacher(lesson, server, stage).teach();
    },
  };
}

class Teacher {
  readonly #lesson: Lesson;
  readonly #server: LessonServer;
  readonly #stage: Stage;
  /** Position of the next step. */
  #at = 0;
  #crlf = true;
  /** Actions that were done. */
  readonly #done = new Set<string>();

  constructor(lesson: Lesson, server: LessonServer, stage: Stage) {
    this.#lesson = lesson;
    this.#server = server;
    this.#stage = stage;
  }

  /** Connects until every step is done. */
  async teach(): Promise<void> {
    const { protocol, server, address, steps } = this.#lesson;
    const stage = this.#stage;
    stage.say(
      `A server speaks ${protocol}. The connection is that of tcp connect --crlf: every line that is typed crosses it, and ends with CR LF.`,
    );
    stage.command(`${server}   (one terminal)`);
    stage.command(`tcp connect --crlf ${address}   (another)`);
    stage.say(`Here, the server listens on ${this.#server.address}.`);
    if (stage.ask) stage.say("? shows the next line, an empty line types it for you, Ctrl-D leaves.");
    while (this.#at < steps.length) await this.#connect();
    stage.check(this.#done.size > 0, `${protocol} typed by hand: ${[...this.#done].join(", ")}`);
    stage.check(this.#crlf, "every line has crossed the wire with CR LF at its end");
    const effect = this.#server.effect?.();
    if (effect) stage.check(...effect);
  }

  /** Goes on with the steps, until they are done or the server closes the connection. */
  async #connect(): Promise<void> {
    const { signal } = this.#stage;
    await using wire = new HandWire(this.#server.address, signal);
    await this.#talk(wire);
    this.#crlf &&= wire.crlf;
  }

  async #talk(wire: HandWire): Promise<void> {
    const { greeting, isComplete, steps } = this.#lesson;
    const { remote } = await wire.connected;
    this.#stage.say(`Connected: ${remote} has accepted. (transport: TCP, RFC 9293 section 3.5)`);
    if (greeting !== undefined) {
      this.#show(await wire.reply((reply) => isComplete(reply, ""), STEP_TIMEOUT_MS));
      this.#stage.say(`${greeting} (${layer(this.#lesson)})`);
    }
    while (this.#at < steps.length) {
      const step = steps[this.#at];
      if (!step) return;
      if (wire.closed) return this.#closed();
      await this.#step(step, wire);
    }
  }

  /** One line, its reply, and what they mean. */
  async #step(step: Step, wire: HandWire): Promise<void> {
    const { steps, isComplete } = this.#lesson;
    const stage = this.#stage;
    const line = await this.#line(step);
    // The server may have closed while the learner was thinking.
    if (wire.closed) return;
    wire.send(line);
    const done = accepts(step, line);
    // Nothing is expected from a server that waits for the rest: it has time for a complaint only where a line was wrong.
    const silent = done && step.expects === undefined;
    const quiet = done ? STEP_TIMEOUT_MS : undefined;
    const reply = silent ? "" : await wire.reply((reply) => isComplete(reply, line), quiet);
    const shown = step.secret && line !== step.line ? line.replace(/ .*/, " ********") : line;
    stage.wire("client", "server", shown || EMPTY);
    this.#show(reply);
    const after = stepAfter(steps, this.#at, line, reply);
    if (after !== undefined) {
      this.#at = after;
      const { explains, rfc, does } = steps[after - 1] ?? step;
      if (does !== undefined) this.#done.add(does);
      stage.say(`${explains} (${layer(this.#lesson)}, ${rfc})`);
      return;
    }
    // The lines of the tour itself are those of the lesson.
    if (!stage.ask) stage.check(false, `the server replies to ${line || "an empty line"} as the RFC requires`);
    if (reply === "" && !wire.closed) stage.say("The server has not replied: it waits for more.");
    else if (done) this.#at = 0;
    stage.say(this.#hint(done, wire.closed));
  }

  /** Returns the line that is typed for a step. */
  async #line(step: Step): Promise<string> {
    const stage = this.#stage;
    stage.say(step.task);
    if (!stage.ask) return step.line;
    while (true) {
      const typed = await stage.ask(`${this.#lesson.protocol}> `);
      if (typed === "") return step.line;
      if (typed !== "?") return typed;
      stage.say(step.line === "" ? "an empty line: press Enter" : step.line);
    }
  }

  #hint(repeats: boolean, closed: boolean): string {
    const { steps } = this.#lesson;
    const next = steps[this.#at];
    if (closed || !next) return "That was the server's own reply to the line.";
    const line = next.line === "" ? "an empty line" : next.line;
    return repeats
      ? `That is not what the server waits for now. Begin again with: ${line}`
      : `hint: the lesson goes on with: ${line}   (Enter types it)`;
  }

  #closed(): void {
    this.#stage.say("The server has closed the connection. The lesson connects again, and starts over.");
    this.#at = 0;
  }

  #show(reply: string): void {
    const lines = reply.replace(/\r?\n$/, "").split(/\r?\n/);
    if (reply === "") return;
    for (const line of lines.slice(0, MAX_LINES)) this.#stage.wire("server", "client", line || EMPTY);
    if (lines.length > MAX_LINES) this.#stage.say(`(${lines.length - MAX_LINES} more lines)`);
  }
}

function layer({ protocol }: Lesson): string {
  return `application: ${protocol}`;
}
