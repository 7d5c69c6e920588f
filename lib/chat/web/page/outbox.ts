/** The page's script: what we say, until the server has shown it to us or has said why not. */
export const OUTBOX = String.raw`
let labels = 0;

/* Says something somewhere, in as many messages as it needs. */
function say(where, text, action) {
  const before = ":" + me + "!" + (userHost || "x".repeat(75)) + " PRIVMSG " + where.name + " :";
  const around = action ? ctcp + "ACTION " + ctcp : "";
  for (const part of cut(text, Math.max(50, 510 - bytes(before) - bytes(around)))) {
    const one = { label: "p" + labels++, text: action ? ctcp + "ACTION " + part + ctcp : part, shown: part, action };
    where.outbox.push(one);
    transmit(where, one);
  }
  follow();
}

function transmit(where, one) {
  const ready = connection.up && (where.inside || !isChannel(where.name));
  one.state = ready ? "sent" : "waiting";
  one.why = ready ? "" : connection.up ? "you are not in this channel" : "not sent yet: not connected";
  if (ready) connection.label(one.label, "PRIVMSG", where.name, one.text);
  drawOutbox(where);
}

/* The server has echoed a message. */
function echoed(where, text, label) {
  const index = where.outbox.findIndex((one) => label ? one.label === label : one.state === "sent" && one.text === text);
  if (index < 0) return;
  where.outbox.splice(index, 1);
  drawOutbox(where);
}

/* The server does not take a message: the one with the label, or the oldest to the target. True when there is one. */
function unsent(label, target, why) {
  for (const where of rooms.values()) {
    const one = where.outbox.find((one) => label ? one.label === label
      : one.state === "sent" && target !== undefined && fold(target) === fold(where.name));
    if (!one) continue;
    one.state = "failed";
    one.why = "not sent: " + why;
    drawOutbox(where);
    return true;
  }
  return false;
}

/* The connection is gone: whether the server has what was sent last will be seen in the history, or not at all. */
function unsure() {
  for (const where of rooms.values()) {
    for (const one of where.outbox) {
      if (one.state !== "sent") continue;
      one.state = isChannel(where.name) ? "unknown" : "failed";
      one.why = "the connection was lost before the server confirmed it";
    }
    drawOutbox(where);
  }
}

/* What was said meanwhile is known: what is ours in it has arrived, what is not has not. What waited is sent. */
function settle(where, lines) {
  for (const one of [...where.outbox]) {
    if (one.state === "unknown") {
      const index = lines.findIndex((line) => line.own && line.said === one.text);
      if (index >= 0) {
        lines.splice(index, 1);
        where.outbox.splice(where.outbox.indexOf(one), 1);
      } else one.state = "failed";
    } else if (one.state === "waiting") transmit(where, one);
  }
  drawOutbox(where);
}

function drawOutbox(where) {
  if (where !== current) return;
  at("outbox").replaceChildren(...where.outbox.map((one) => {
    const made = element("li", undefined, one.state);
    const text = element("p");
    text.append(element("span", (one.action ? "* " : "") + me, "who"), " ", nodes(one.shown));
    made.append(element("time", "…"), text);
    if (one.why) {
      const why = element("small", one.why + " ");
      if (one.state === "failed") why.append(press("Send again", () => transmit(where, one)), " ");
      if (one.state !== "sent") {
        why.append(press("Discard", () => {
          where.outbox.splice(where.outbox.indexOf(one), 1);
          drawOutbox(where);
        }));
      }
      text.append(why);
    }
    return made;
  }));
  if (following) toEnd();
}

function press(name, act) {
  const made = element("button", name);
  made.type = "button";
  made.onclick = act;
  return made;
}
`;
