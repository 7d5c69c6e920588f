import { indexAll } from "./index_all.ts";
import type { IndexAnswer, IndexRequest, ParseAnswer, ParseRequest } from "./protocol.ts";
import { ParseWork } from "./work.ts";

/** Scope of the worker; `script.ts` is generated from this file. */
interface Scope {
  postMessage(answer: ParseAnswer | IndexAnswer, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<ParseRequest | IndexRequest | { readonly forget: string }>) => void) | null;
}

declare const self: Scope;
const work = new ParseWork();

self.onmessage = ({ data }) => {
  if ("forget" in data) return work.forget(data.forget);
  if ("items" in data) return self.postMessage({ number: data.number, entries: indexAll(data) }, []);
  const result = work.take(data);
  const buffer = result?.bytes?.buffer;
  self.postMessage({ number: data.number, result }, buffer instanceof ArrayBuffer ? [buffer] : []);
};
