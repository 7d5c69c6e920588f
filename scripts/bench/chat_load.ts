/**
 * Generates load on an IRC server, in a separate process so that it does not slow the measurement: `deliveries PORT
 * CLIENTS LINES` prints the milliseconds until all clients have received all lines; `idle PORT CLIENTS PID` connects
 * the clients, each to one of fifty channels, and prints the memory of the process in kilobytes.
 * @module
 */

/** A client that counts the bytes that it receives. */
class Client {
  readonly #conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(65_536);
  /** Bytes received since it was last set. */
  bytes = 0;
  #waiting?: { readonly bytes: number; readonly done: () => void };

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  static async open(port: number, nick: string, channel: string): Promise<Client> {
    const client = new Client(await Deno.connect({ hostname: "127.0.0.1", port }));
    await client.say(`NICK ${nick}\r\nUSER u 0 * :r\r\n`);
    await client.#until(/ (?:376|422) /);
    await client.say(`JOIN ${channel}\r\n`);
    await client.#until(/ 366 /);
    return client;
  }

  async say(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    for (let done = 0; done < bytes.length;) done += await this.#conn.write(bytes.subarray(done));
  }

  async #until(pattern: RegExp): Promise<void> {
    for (let text = ""; !pattern.test(text);) {
      const count = await this.#conn.read(this.#buffer);
      if (count === null) throw new Error(`closed after ${text}`);
      text += new TextDecoder().decode(this.#buffer.subarray(0, count));
    }
  }

  /** Resets the count. */
  async count(): Promise<void> {
    for (let count = await this.#conn.read(this.#buffer); count !== null; count = await this.#conn.read(this.#buffer)) {
      this.bytes += count;
      if (this.#waiting && this.bytes >= this.#waiting.bytes) this.#waiting.done();
    }
    throw new Error("the server has cut a client off");
  }

  /** Resolves when the given number of bytes has been received. */
  has(bytes: number): Promise<void> {
    return new Promise((done) => this.bytes >= bytes ? done() : this.#waiting = { bytes, done });
  }
}

const [what, ...numbers] = Deno.args;
const [port = 0, clients = 0, last = 0] = numbers.map(Number);
const BATCH = 100;

if (what === "idle") {
  for (let i = 0; i < clients; i += 50) {
    const names = Array.from({ length: 50 }, (_, n) => i + n);
    await Promise.all(names.map((n) => Client.open(port, `r${n}`, `#c${n % 50}`)));
  }
  const status = await Deno.readTextFile(`/proc/${last}/status`);
  console.log(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
} else {
  const listeners: Client[] = [];
  for (let i = 0; i < clients; i++) listeners.push(await Client.open(port, `r${i}`, "#load"));
  const sender = await Client.open(port, "sender", "#load");
  for (const client of [...listeners, sender]) void client.count();
  const all = (bytes: number) => Promise.all(listeners.map((client) => client.has(bytes)));
  // Data received while the others join is not counted: a marker line shows that all of it has arrived.
  const line = `PRIVMSG #load :${"x".repeat(60)}\r\n`;
  const mark = `PRIVMSG #load :${"y".repeat(60)}\r\n`;
  await new Promise((resolve) => setTimeout(resolve, 1000));
  for (const client of listeners) client.bytes = 0;
  await sender.say(mark);
  await all(60);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const size = listeners[0]?.bytes ?? 0;
  if (listeners.some(({ bytes }) => bytes !== size)) throw new Error("not all have got the same");
  for (const client of listeners) client.bytes = 0;
  const start = performance.now();
  for (let sent = 0; sent < last; sent += BATCH) {
    await sender.say(line.repeat(BATCH));
    // Sends only one batch ahead of the readers, so that no server has to buffer more than it wants to.
    await all(Math.max(0, sent - BATCH) * size);
  }
  await all(last * size);
  console.log(performance.now() - start);
}
Deno.exit();
