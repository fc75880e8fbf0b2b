import type { Series } from "../../protocol";

/** The columns that uPlot draws: all steps of all series in order, and each series' value there, or null. */
export function columnsOf(series: Series[]): [number[], ...(number | null)[][]] {
  const [only] = series;
  if (series.length === 1 && only !== undefined) return [only.points.map((one) => one[0]), only.points.map((one) => one[1])];
  const steps = [...new Set(series.flatMap((one) => one.points.map((point) => point[0])))].sort((a, b) => a - b);
  const at = new Map(steps.map((step, index) => [step, index]));
  const columns = series.map((one) => {
    const column = new Array<number | null>(steps.length).fill(null);
    for (const [step, value] of one.points) column[at.get(step) ?? 0] = value;
    return column;
  });
  return [steps, ...columns];
}

export function seriesIn(value: unknown): Series[] {
  const list = typeof value === "object" && value !== null && "series" in value ? value.series : value;
  if (!Array.isArray(list)) return [];
  return list.filter((one): one is Series => typeof one === "object" && one !== null && typeof (one as Series).name === "string" && Array.isArray((one as Series).points));
}
