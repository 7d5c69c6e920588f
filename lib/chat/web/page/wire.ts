/** The page's script: messages of IRC as text, and back. */
export const WIRE = String.raw`
const escapes = { ":": ";", s: " ", "\\": "\\", r: "\r", n: "\n" };

/* One line as { tags, source, nick, command, params }. */
function parse(line) {
  const message = { tags: new Map(), source: "", params: [] };
  let rest = line;
  const word = () => {
    const end = rest.indexOf(" ");
    const found = end < 0 ? rest : rest.slice(0, end);
    rest = end < 0 ? "" : rest.slice(end).replace(/^ +/, "");
    return found;
  };
  if (rest.startsWith("@")) {
    for (const tag of word().slice(1).split(";")) {
      const equals = tag.indexOf("=");
      const value = equals < 0 ? "" : tag.slice(equals + 1);
      message.tags.set(equals < 0 ? tag : tag.slice(0, equals), value.replace(/\\(.?)/g, (_, c) => escapes[c] ?? c));
    }
  }
  if (rest.startsWith(":")) message.source = word().slice(1);
  message.command = word();
  while (rest !== "") {
    if (rest.startsWith(":")) { message.params.push(rest.slice(1)); break; }
    message.params.push(word());
  }
  message.nick = message.source.split("!")[0];
  message.time = timeOf(message.tags.get("time"));
  return message;
}

/* The time of a message (IRCv3 server-time); now when there is none, or none that can be read. */
function timeOf(text) {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text ?? "") ? new Date(text) : new Date();
  return Number.isNaN(time.getTime()) ? new Date() : time;
}

function write(command, ...params) {
  const last = params.length - 1;
  return [command, ...params.map((param, i) => {
    const text = String(param).replace(/[\r\n\0]/g, " ");
    return i === last ? ":" + text : text.replace(/ /g, "") || "*";
  })].join(" ");
}

const fold = (name) => name.replace(/[A-Z]/g, (c) => c.toLowerCase());
const encoder = new TextEncoder();
const bytes = (text) => encoder.encode(text).length;
const isChannel = (name) => name.startsWith("#");
`;
