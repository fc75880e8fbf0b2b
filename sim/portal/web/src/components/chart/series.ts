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

interface MlflowPoint { key: string; value: unknown; step?: unknown; run_id?: string }

/** MLflow lists points one after another, with the run that each is of where several are asked for. */
function seriesOfMlflow(points: MlflowPoint[]): Series[] {
  const found = new Map<string, [number, number][]>();
  for (const one of points) {
    const name = one.run_id ?? one.key;
    const list = found.get(name) ?? [];
    list.push([Number(one.step ?? list.length), Number(one.value)]);
    found.set(name, list);
  }
  return [...found].map(([name, list]) => ({ name, points: list.filter((one) => Number.isFinite(one[1])).sort((a, b) => a[0] - b[0]) }));
}

/** The series in what an address answers: ours, or MLflow's history of a metric. */
export function seriesIn(value: unknown): Series[] {
  if (typeof value === "object" && value !== null && "metrics" in value && Array.isArray(value.metrics)) return seriesOfMlflow(value.metrics as MlflowPoint[]);
  const list = typeof value === "object" && value !== null && "series" in value ? value.series : value;
  if (!Array.isArray(list)) return [];
  return list.filter((one): one is Series => typeof one === "object" && one !== null && typeof (one as Series).name === "string" && Array.isArray((one as Series).points));
}

/** MLflow gives long histories in pages. */
export function nextPage(url: string, body: unknown): string | null {
  const token = typeof body === "object" && body !== null && "next_page_token" in body ? body.next_page_token : null;
  if (typeof token !== "string" || token === "") return null;
  return `${url.replace(/&page_token=[^&]*/, "")}&page_token=${encodeURIComponent(token)}`;
}

/** Points of one series that came in several pages, put together. */
export function joined(pages: Series[][]): Series[] {
  const found = new Map<string, [number, number][]>();
  for (const one of pages.flat()) found.set(one.name, [...(found.get(one.name) ?? []), ...one.points]);
  return [...found].map(([name, points]) => ({ name, points }));
}
