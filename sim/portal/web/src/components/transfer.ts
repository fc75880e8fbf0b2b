import { ask } from "../live/live";

/** Small enough for one message, divisible by three so that the parts' base64 can be joined. */
const PART = 3 * 64 * 1024;

export function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

export async function uploadFile(path: string, file: Blob): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let at = 0;
  do {
    const part = bytes.subarray(at, at + PART);
    at += PART;
    await ask("upload", { path, data: base64Of(part), last: at >= bytes.length });
  } while (at < bytes.length);
}

export async function downloadFile(path: string): Promise<void> {
  const { data } = await ask("download", { path });
  const bytes = bytesOf(data);
  const url = URL.createObjectURL(new Blob([bytes.buffer as ArrayBuffer]));
  const link = document.createElement("a");
  link.href = url;
  link.download = path.split("/").pop() ?? "file";
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
