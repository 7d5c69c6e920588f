/** The page's script, first part: messages of IRC and the connection that carries them. */
export const IRC = String.raw`
const escapes = { ":": ";", s: " ", "\\": "\\", r: "\r", n: "\n" };
const mark = "\u0001";

function parse(line) {
  const message = { tags: {}, source: "", params: [] };
  let rest = line;
  const word = () => {
    const end = rest.indexOf(" ");
    const found = end < 0 ? rest : rest.slice(0, end);
    rest = end < 0 ? "" : rest.slice(end).replace(/^ +/, "");
    return found;
  };
  if (rest.startsWith("@")) {
    for (const tag of word().slice(1).split(";")) {
      const at = tag.indexOf("=");
      const value = at < 0 ? "" : tag.slice(at + 1);
      message.tags[at < 0 ? tag : tag.slice(0, at)] = value.replace(/\\(.?)/g, (_, c) => escapes[c] ?? c);
    }
  }
  if (rest.startsWith(":")) message.source = word().slice(1);
  message.command = word();
  while (rest !== "") {
    if (rest.startsWith(":")) { message.params.push(rest.slice(1)); break; }
    message.params.push(word());
  }
  message.nick = message.source.split("!")[0];
  return message;
}

function write(command, ...params) {
  const last = params.length - 1;
  return [command, ...params.map((param, i) => {
    const text = String(param).replace(/[\r\n\0]/g, " ");
    return i === last ? ":" + text : text.replace(/ /g, "") || "*";
  })].join(" ");
}

const fold = (name) => name.replace(/[A-Z]/g, (c) => c.toLowerCase());
const bytes = (text) => new TextEncoder().encode(text).length;

/* The pieces of a text that fit into messages, cut between characters. */
function cut(text, room) {
  const pieces = [];
  let piece = "";
  for (const char of text) {
    if (bytes(piece + char) > room) { pieces.push(piece); piece = ""; }
    piece += char;
  }
  return piece === "" ? pieces : [...pieces, piece];
}

const caps = ["message-tags", "server-time", "echo-message", "batch", "draft/chathistory"];

/* One connection after the other, until we are not let in. */
class Connection {
  constructor(on) { this.on = on; this.failures = 0; this.entered = false; }

  open(who) {
    this.who = who;
    this.trying = who.nick;
    const url = new URL("chat", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url, "text.ircv3.net");
    this.socket = socket;
    socket.onopen = () => {
      this.send("CAP", "LS", "302");
      if (who.password) this.send("PASS", who.password);
      this.send("NICK", who.nick);
      this.send("USER", "web", "0", "*", who.nick);
      this.send("CAP", "REQ", caps.join(" "));
      this.send("CAP", "END");
    };
    socket.onmessage = ({ data }) => this.take(parse(data));
    socket.onclose = () => {
      if (this.refused) return;
      if (!this.entered) return this.on.refused("The chat cannot be reached.");
      this.on.lost();
      const wait = Math.min(30000, 500 * 2 ** this.failures++);
      setTimeout(() => this.open(this.who), wait);
    };
  }

  send(command, ...params) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(write(command, ...params));
  }

  take(message) {
    const { command, params } = message;
    if (command === "PING") return this.send("PONG", params.at(-1));
    if (command === "001") {
      this.entered = true;
      this.failures = 0;
      return this.on.entered(params[0]);
    }
    if (command === "433" && !this.on.inside()) {
      this.trying = this.who.nick.slice(0, 20) + Math.floor(Math.random() * 1000);
      return this.send("NICK", this.trying);
    }
    if ((command === "432" || command === "464") && !this.on.inside()) {
      this.refused = true;
      this.socket.close();
      return this.on.refused(params.at(-1));
    }
    this.on.message(message);
  }
}
`;
