/** The page's script: what people write. It becomes text nodes, links and a few marks of emphasis, and nothing else. */
export const TEXT = String.raw`
const segmenter = globalThis.Intl && Intl.Segmenter ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

/* What a reader takes for one character: 👩‍👩‍👧 is one. One that is longer than room is its code points. */
function characters(text, room) {
  const whole = segmenter ? Array.from(segmenter.segment(text), ({ segment }) => segment) : [...text];
  return whole.flatMap((one) => bytes(one) > room ? [...one] : [one]);
}

/* The pieces of a text that fit into messages of so many bytes: cut between words, or at least between characters. */
function cut(text, room) {
  if (bytes(text) <= room) return text === "" ? [] : [text];
  const pieces = [];
  let piece = "";
  let size = 0;
  for (const one of characters(text, room)) {
    const more = bytes(one);
    if (size + more > room) {
      const space = piece.lastIndexOf(" ") + 1;
      const end = space > piece.length / 2 ? space : piece.length;
      pieces.push(piece.slice(0, end));
      piece = piece.slice(end);
      size = bytes(piece);
    }
    piece += one;
    size += more;
  }
  return [...pieces, piece];
}

const ctcp = "\u0001";

/* What a message says to a program (CTCP): its command and the rest; null for one to people. */
function readCtcp(text) {
  if (!text.startsWith(ctcp)) return null;
  const inner = text.slice(1).replace(/\u0001$/, "");
  const [command] = inner.split(" ", 1);
  return { command: command.toUpperCase(), rest: inner.slice(command.length + 1) };
}

/* Whether a text has the nick as a word. */
function mentions(text, nick) {
  const part = /[A-Za-z0-9_\-\[\]\\\x60^{}|]/;
  const all = fold(text);
  const word = fold(nick);
  for (let at = all.indexOf(word); word !== "" && at >= 0; at = all.indexOf(word, at + 1)) {
    if (!part.test(all.charAt(at - 1)) && !part.test(all.charAt(at + word.length))) return true;
  }
  return false;
}

const emphasis = { "\x02": "bold", "\x1d": "italic", "\x1f": "underlined", "\x1e": "struck", "\x11": "mono" };
/* Marks of emphasis, the end of all of them, colours, other control characters, and marks that turn the text around them. */
const marks = /[\x02\x1d\x1f\x1e\x11\x0f\x16]|\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-f]{6}(?:,[0-9a-f]{6})?)?|[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/gi;
const links = /\b(?:https?|ftp|ircs?):\/\/[^\s<>"\u2028-\u202e\u2066-\u2069]+/gi;

/* A text without what is not for reading. */
const plain = (text) => text.replace(marks, "");

/* A text as nodes. */
function nodes(text) {
  const made = document.createDocumentFragment();
  const classes = new Set();
  let last = 0;
  const put = (end) => {
    if (end > last) made.append(styled(text.slice(last, end), [...classes].join(" ")));
  };
  for (const { 0: mark, index } of text.matchAll(marks)) {
    put(index);
    last = index + mark.length;
    const name = emphasis[mark];
    if (mark === "\x0f") classes.clear();
    else if (name !== undefined && !classes.delete(name)) classes.add(name);
  }
  put(text.length);
  return made;
}

function styled(text, className) {
  const linked = withLinks(text);
  if (className === "") return linked;
  const made = element("span", undefined, className);
  made.append(linked);
  return made;
}

function withLinks(text) {
  const made = document.createDocumentFragment();
  let last = 0;
  for (const { 0: found, index } of text.matchAll(links)) {
    const address = withoutEnd(found);
    if (!URL.canParse(address)) continue;
    const link = element("a", address);
    link.href = address;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.title = link.href;
    made.append(text.slice(last, index), link);
    last = index + address.length;
  }
  made.append(text.slice(last));
  return made;
}

/* An address without what ends the sentence around it; a bracket stays when it was opened within. */
function withoutEnd(address) {
  let end = address.length;
  for (;;) {
    const char = address.charAt(end - 1);
    const open = { ")": "(", "]": "[", "}": "{" }[char];
    const inside = address.slice(0, end);
    if (open ? inside.split(open).length >= inside.split(char).length : !".,;:!?'*_~…。，、！？；：」』）".includes(char)) return inside;
    end--;
  }
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}
`;
