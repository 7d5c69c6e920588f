import { byId, element, input } from "../view/dom.ts";
import { openDialog } from "../dialogs/dialog.ts";
import { state } from "../room.ts";
import { connection, remember } from "../session.ts";

/** Returns the account and its password, where the form has them; the account is that of the nick when only a password is given. */
export function credentials(): { account?: string; secret?: string } {
  const secret = input("account-password").value;
  const account = input("account").value.trim();
  if (secret === "" && account === "") return {};
  return { account: account || input("nick").value.trim(), secret };
}

/** Shows the fields for an account in the form that enters the chat. */
export function offerLogin(account?: string): void {
  const fields = byId("log-in");
  fields.setAttribute("open", "");
  if (account !== undefined) input("account").value = account;
  input("account-password").value = "";
  // As soon as the form is shown.
  setTimeout(() => input("account-password").focus());
}

/** Shows to what account the user is logged in now, or why not. */
export function loggedIn(account: string | undefined, why = ""): void {
  input("account-password").value = "";
  if (connection.up) remember();
  drawMe();
  byId("account-error").textContent = why;
  if (account !== undefined) input("own-password").value = "";
}

/** Takes the answer to a registration. */
export function registered({ params: [result] }: { readonly params: readonly string[] }): void {
  const secret = input("own-password").value;
  if (result === "SUCCESS" && connection.login) Object.assign(connection.login, { account: state.me, secret });
}

/** Draws the nick and the account. */
export function drawMe(): void {
  const { account } = connection;
  const about = account === undefined ? "not logged in" : `logged in as ${account}`;
  byId("me").replaceChildren(element("b", state.me), " ", element("small", about));
  byId("account-state").textContent = account === undefined
    ? `You are ${state.me}, and not logged in. The nick of an account is reserved to it.`
    : `You are ${state.me}, logged in as ${account}.`;
  byId("account-fields").hidden = account !== undefined;
  byId("log-out").hidden = account === undefined;
  byId("register").hidden = !connection.registers;
}

/** Runs something that sends the password of an account, which has to be there. */
function withPassword(act: (password: string) => void): void {
  const password = input("own-password").value;
  byId("account-error").textContent = "";
  if (!isSecureContext) byId("account-error").textContent = "A login requires HTTPS, or a page of this machine.";
  else if (password === "") byId("account-error").textContent = "The password is missing.";
  else act(password);
}

byId("me").onclick = () => {
  drawMe();
  byId("account-error").textContent = "";
  input("own-account").value ||= state.me;
  openDialog("account-dialog");
};
byId("account-form").onsubmit = (event) => {
  event.preventDefault();
  if (connection.account !== undefined) return;
  withPassword((password) => connection.logIn(input("own-account").value.trim() || state.me, password));
};
byId("register").onclick = () => {
  withPassword((password) => connection.send("REGISTER", "*", "*", password));
};
byId("log-out").onclick = () => {
  byId("account-error").textContent = "";
  connection.logOut();
  remember();
};
