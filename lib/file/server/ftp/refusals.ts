import { FtpRefusal } from "../../../ftp/mod.ts";
import { Refusal } from "../answer.ts";
import { fileRefusal, READ_STATUS, WRITE_STATUS } from "../file_status.ts";

/** Codes of FTP for the statuses by which HTTP refuses the same. */
const CODES: Readonly<Record<number, number>> = {
  400: 553,
  403: 550,
  404: 550,
  409: 550,
  412: 553,
  413: 552,
  503: 450,
  507: 452,
};

/** Runs what reads files; refusals become those of FTP. */
export function reading<T>(work: () => Promise<T>): Promise<T> {
  return refusing(work, READ_STATUS);
}

/** Runs what changes files; refusals become those of FTP. */
export function writing<T>(work: () => Promise<T>): Promise<T> {
  return refusing(work, WRITE_STATUS);
}

async function refusing<T>(work: () => Promise<T>, table: typeof READ_STATUS): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FtpRefusal) throw error;
    const refusal = fileRefusal(error, table);
    if (!(refusal instanceof Refusal)) throw error;
    const { status, message } = refusal;
    throw new FtpRefusal(CODES[status] ?? 451, message.charAt(0).toUpperCase() + message.slice(1), error);
  }
}

/** Returns the refusal for a file that exceeds the limit. */
export function tooLarge(maxSize: number): FtpRefusal {
  return new FtpRefusal(552, `The file exceeds the limit of ${maxSize} bytes`);
}
