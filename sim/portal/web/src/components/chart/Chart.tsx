import { useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { numberOf } from "../../app/format";
import { useDark } from "../../app/theme";
import { ask } from "../../live/live";
import { useStore } from "../../live/store";
import type { Control, Series } from "../../protocol";
import { useStrings } from "../../strings/strings";
import { columnsOf, joined, nextPage, seriesIn } from "./series";

const HEIGHT = 260;
const palette = ["#0078d4", "#d83b01", "#107c10", "#8764b8", "#038387", "#c239b3", "#986f0b", "#4f6bed"];

function parsed(text: string): Series[] {
  try {
    return seriesIn(JSON.parse(text));
  } catch {
    return [];
  }
}

const PAGES_MOST = 200;

async function readAll(address: string): Promise<Series[]> {
  const pages: Series[][] = [];
  let url: string | null = address;
  while (url !== null && pages.length < PAGES_MOST) {
    const { body }: { body: unknown } = await ask("get", { url });
    pages.push(seriesIn(body));
    url = nextPage(url, body);
  }
  return joined(pages);
}

/** A metric, or several runs' metrics in one picture. The value is the series themselves, or where they are read. */
export default function Chart({ control }: { control: Control }) {
  const value = control.value ?? "";
  const inline = useMemo(() => (value.startsWith("[") || value.startsWith("{") ? parsed(value) : null), [value]);
  const [read, setRead] = useState<Series[]>([]);
  const view = useStore((state) => state.view);
  useEffect(() => {
    if (inline !== null || value === "") return undefined;
    let gone = false;
    void readAll(value).then((series) => { if (!gone) setRead(series); }, () => undefined);
    return () => { gone = true; };
  }, [inline, value, view]);
  return <Plot label={control.label} id={control.id} series={inline ?? read} />;
}

export function Plot({ label, id, series }: { label: string; id: string; series: Series[] }) {
  const t = useStrings();
  const dark = useDark();
  const language = useStore((state) => state.language);
  const place = useRef<HTMLDivElement>(null);
  const columns = useMemo(() => columnsOf(series), [series]);
  useEffect(() => {
    if (place.current === null || series.length === 0) return undefined;
    const ink = dark ? "#d6d6d6" : "#424242";
    const axis = { stroke: ink, grid: { stroke: dark ? "#3d3d3d" : "#e0e0e0", width: 1 }, ticks: { stroke: dark ? "#3d3d3d" : "#e0e0e0", width: 1 } };
    const started = performance.now();
    const plot = new uPlot({
      width: place.current.clientWidth || 600, height: HEIGHT, scales: { x: { time: false } },
      axes: [{ ...axis, label: t("chartStep"), labelSize: 20 }, { ...axis, size: 64, values: (_, ticks) => ticks.map((one) => numberOf(one, language)) }],
      series: [{ label: t("chartStep") }, ...series.map((one, index) => ({
        label: one.name, stroke: palette[index % palette.length], width: 1.5, spanGaps: true, points: { show: one.points.length < 60 },
        value: (_: uPlot, drawn: number | null) => (drawn === null ? "–" : numberOf(drawn, language)),
      }))],
    }, columns as uPlot.AlignedData, place.current);
    // uPlot draws in a microtask; what it took is kept for whoever measures.
    const here = place.current;
    queueMicrotask(() => { here.dataset.drawn = (performance.now() - started).toFixed(1); });
    const watch = new ResizeObserver(() => { if (here.clientWidth > 0) plot.setSize({ width: here.clientWidth, height: HEIGHT }); });
    watch.observe(here);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [columns, series, dark, language, t]);
  return (
    <figure className="chart" data-id={id}>
      <figcaption>{label}</figcaption>
      {series.length === 0 && <p className="quiet">{t("chartNone")}</p>}
      <div ref={place} className="chart-place" aria-hidden />
      <ul className="unseen">
        {series.map((one) => <li key={one.name}>{t("chartText", { name: one.name, count: one.points.length, value: numberOf(one.points[one.points.length - 1]?.[1] ?? 0, language) })}</li>)}
      </ul>
    </figure>
  );
}
