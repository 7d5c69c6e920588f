import { type Input, toSource, UsageError } from "../../../core/mod.ts";
import { confirmed, settled } from "./end_transfer.ts";
import type { FtpSession } from "../session.ts";
import type { StoreOptions } from "../options.ts";
import { beginTransfer, type Transfer, type TransferRequest } from "./transfer.ts";

/** Size from which a file is announced by `ALLO`: for a smaller one it is not worth a command. */
const ANNOUNCED_BYTES = 1 << 20;

/** Stores a file, all of it or an end of it. */
export async function upload(
  session: FtpSession,
  path: string,
  operation: string,
  input: Input,
  options: StoreOptions,
): Promise<void> {
  const transfer = await beginTransfer(session, request(path, operation, options));
  const { data } = transfer;
  try {
    await sendAll(session, transfer, input, options.size);
    await data.finish().catch(async (error) => {
      throw await settled(session, transfer, error);
    });
    await confirmed(session, transfer);
  } finally {
    data.close();
  }
}

function request(path: string, operation: string, options: StoreOptions): TransferRequest {
  const { offset = 0, append = false, size } = options;
  if (append && offset > 0) throw new UsageError("an upload cannot be appended at an offset");
  const resume = { verb: "REST", argument: `${offset}`, refused: { code: "resume-refused" } };
  const announce = { verb: "ALLO", argument: `${size}`, optional: true };
  return {
    before: size !== undefined && size >= ANNOUNCED_BYTES ? [announce] : [],
    restart: offset > 0 ? resume : undefined,
    command: { verb: append ? "APPE" : "STOR", argument: path },
    operation,
  };
}

async function sendAll(session: FtpSession, transfer: Transfer, input: Input, size?: number): Promise<void> {
  const { data } = transfer;
  const source = toSource(input);
  try {
    for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
      if (size !== undefined && data.bytes + chunk.length > size) throw wrongSize(transfer, size);
      await data.write(chunk).catch(async (error) => {
        throw new Failed(await settled(session, transfer, error));
      });
    }
    if (size !== undefined && data.bytes !== size) throw wrongSize(transfer, size);
  } catch (error) {
    if (error instanceof Failed) throw error.cause;
    // The end of the data would be taken for that of the file: without a control connection, a server knows that it is not.
    session.channel.close();
    throw error;
  }
}

/** Failure of the data connection, in contrast to one of the source. */
class Failed extends Error {
  override readonly name: string = "Failed";

  constructor(cause: unknown) {
    super("the data connection failed", { cause });
  }
}

function wrongSize({ data, operation }: Transfer, size: number): UsageError {
  return new UsageError(`cannot ${operation}: the source has not ${size} bytes, but ${data.bytes} or more`, {
    code: "size-mismatch",
    operation,
  });
}
