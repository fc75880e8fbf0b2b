// Colours of terminals in the outputs of cells. Everything else that an escape can ask for is left out.

export interface Piece { text: string; colour: string | null; bold: boolean }

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

function colourOf(code: number): string | null {
  if (code >= 30 && code <= 37) return names[code - 30] ?? null;
  if (code >= 90 && code <= 97) return names[code - 90] ?? null;
  return null;
}

/** A carriage return writes over its line, as progress bars do. */
export function overwritten(text: string): string {
  return text.replace(/\r\n/g, "\n").split("\n").map((line) => line.replace(/\r+$/, "").split("\r").pop() ?? "").join("\n");
}

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let colour: string | null = null;
  let bold = false;
  // Every escape sequence splits; only those ending in m mean something here.
  const parts = overwritten(text).split(/(\u001b\[[0-9;?]*[A-Za-z])/);
  for (const part of parts) {
    if (!part.startsWith("\u001b[")) {
      if (part !== "") pieces.push({ text: part, colour, bold });
      continue;
    }
    if (!part.endsWith("m")) continue;
    const codes = part.slice(2, -1).split(";").map(Number);
    for (let at = 0; at < codes.length; at++) {
      const code = codes[at] ?? 0;
      if (code === 0) { colour = null; bold = false; }
      else if (code === 1) bold = true;
      else if (code === 22) bold = false;
      else if (code === 39) colour = null;
      else if (code === 38 || code === 48) at += codes[at + 1] === 5 ? 2 : 4;
      else colour = colourOf(code) ?? colour;
    }
  }
  return pieces;
}
