import type { ParseAnswer, ParseRequest } from "./protocol.ts";
import { ParseWork } from "./work.ts";

/** What runs in the worker; `script.ts` is made of it. */
interface Scope {
  postMessage(answer: ParseAnswer, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<ParseRequest | { readonly forget: string }>) => void) | null;
}

declare const self: Scope;
const work = new ParseWork();

self.onmessage = ({ data }) => {
  if ("forget" in data) return work.forget(data.forget);
  const result = work.take(data);
  const buffer = result?.bytes?.buffer;
  self.postMessage({ number: data.number, result }, buffer instanceof ArrayBuffer ? [buffer] : []);
};
