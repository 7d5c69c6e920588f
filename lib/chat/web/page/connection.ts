/** The page's script: connects again after each loss, until the server refuses the login. */
export const CONNECTION = String.raw`
const wanted = ["message-tags", "server-time", "echo-message", "batch", "labeled-response", "draft/chathistory"];
/* Replies after which the same nick and password would be refused again. */
const final = ["432", "464", "465"];
/* Milliseconds without a word after which the server is asked whether it is there, and after which it is given up. */
const quiet = 60000;
const silent = 100000;

class Connection {
  constructor(on) {
    this.on = on;
    this.failures = 0;
    this.caps = new Set();
    setInterval(() => this.watch(), 15000);
    addEventListener("online", () => { if (this.waiting) this.again(); });
  }

  get up() { return this.inside === true; }

  open(who) {
    this.who = who;
    this.inside = this.over = false;
    this.why = "";
    this.caps.clear();
    const url = new URL("chat", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = this.socket = new WebSocket(url, "text.ircv3.net");
    socket.onopen = () => {
      this.heard = Date.now();
      this.send("CAP", "LS", "302");
      if (who.password) this.send("PASS", who.password);
      this.send("NICK", who.nick);
      this.send("USER", "web", "0", "*", who.nick);
      this.send("CAP", "REQ", wanted.join(" "));
      this.send("CAP", "END");
    };
    socket.onmessage = ({ data }) => { if (socket === this.socket) this.take(parse(data)); };
    socket.onclose = ({ reason }) => { if (socket === this.socket) this.closed(reason); };
  }

  closed(reason) {
    const was = this.inside;
    this.inside = false;
    if (this.over) return;
    const why = this.why || reason;
    if (!was && (this.final || !this.entered)) {
      this.over = true;
      return this.on.refused(why || "The chat cannot be reached.");
    }
    const wait = Math.min(30000, 500 * 2 ** this.failures++) * (0.75 + Math.random() / 2);
    this.on.lost(why, wait);
    this.waiting = setTimeout(() => this.again(), wait);
  }

  again() {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    this.open(this.who);
  }

  /* Leaves; nothing is tried again. */
  close(...last) {
    if (last.length > 0) this.send(...last);
    this.over = true;
    clearTimeout(this.waiting);
    this.socket?.close();
  }

  watch() {
    if (!this.socket || this.socket.readyState !== WebSocket.OPEN) return;
    const since = Date.now() - this.heard;
    if (since > silent) {
      const { socket } = this;
      this.why = "the server does not answer";
      this.socket = null;
      socket.close();
      this.closed("");
    } else if (since > quiet) this.send("PING", "page");
  }

  send(command, ...params) { this.write(write(command, ...params)); }

  /* Sends a command whose answers will have this label. */
  label(label, command, ...params) {
    this.write((this.caps.has("labeled-response") ? "@label=" + label + " " : "") + write(command, ...params));
  }

  write(line) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(line);
  }

  take(message) {
    const { command, params } = message;
    this.heard = Date.now();
    if (command === "PING") return this.send("PONG", params.at(-1));
    if (command === "PONG") return;
    if (command === "CAP") {
      if (params[1] === "ACK") for (const name of params.at(-1).split(" ")) this.caps.add(name);
      return;
    }
    if (command === "ERROR") {
      // The last word of a server, after a numeric that says more.
      this.why ||= params.at(-1) ?? "";
      return;
    }
    if (this.inside) return this.on.message(message);
    if (command === "001") {
      this.inside = this.entered = true;
      this.failures = 0;
      return this.on.entered(params[0]);
    }
    if (command === "433") return this.send("NICK", this.who.nick.slice(0, 20) + Math.floor(Math.random() * 1000));
    if (command === "FAIL" || /^4\d\d$/.test(command)) {
      this.why = params.at(-1) ?? "";
      this.final = final.includes(command);
      if (this.final) this.socket.close();
    }
  }
}
`;
