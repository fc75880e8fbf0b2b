import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import { act } from "../live/live";
import type { Control } from "../protocol";
import { useStrings } from "../strings/strings";
import { Any, StateText } from "./Controls";
import { cellOf, commandsOf, type Table as TableData } from "./tables";

/** From so many rows on, only those in sight are drawn. */
const MANY = 120;
const ROW_HEIGHT = 37;

interface RowProps { row: Control; table: TableData; last: boolean; pressed: boolean; onPress(): void; index?: number }

function Commands({ row }: { row: Control }) {
  return <span className="row-commands">{commandsOf(row).map((one) => <Any key={one.id} control={one} />)}</span>;
}

function RowName({ row }: { row: Control }) {
  // The row is pressed as a whole; the button is how a keyboard does it.
  return <button type="button" className="row-name" data-id={row.id} disabled={row.enabled === false}
    onClick={(event) => { event.stopPropagation(); void act("click", row.id); }}>{row.label}</button>;
}

function Row({ row, table, last, pressed, onPress, index }: RowProps) {
  const press = (event: React.MouseEvent) => {
    if (event.target instanceof Element && event.target.closest(".row-commands") !== null) return;
    onPress();
    if (event.target instanceof Element && event.target.closest("button") !== null) return;
    if (row.enabled !== false) void act("click", row.id);
  };
  return (
    <tr onClick={press} className={pressed || row.value === "selected" ? "row chosen" : "row"} aria-selected={pressed || row.value === "selected" || undefined} aria-rowindex={index}>
      {table.naming === null && <td><RowName row={row} /></td>}
      {table.columns.map((column) => {
        const cell = cellOf(row, column.key);
        return (
          <td key={column.key} data-id={column.key === table.naming ? cell?.id : undefined}>
            {column.key === table.naming ? <RowName row={row} /> : cell !== undefined && <StateText status={cell} />}
            {column.key === table.commands && <Commands row={row} />}
          </td>
        );
      })}
      {last && <td><Commands row={row} /></td>}
    </tr>
  );
}

/** Whether a frame is scrolled sideways, as on a phone: then a keyboard must be able to stand on it. */
function useSideways(frame: RefObject<HTMLDivElement>): boolean {
  const [sideways, setSideways] = useState(false);
  useLayoutEffect(() => {
    const one = frame.current;
    if (one === null) return undefined;
    const look = () => setSideways(one.scrollWidth > one.clientWidth);
    look();
    const watch = new ResizeObserver(look);
    watch.observe(one);
    return () => watch.disconnect();
  }, [frame]);
  return sideways;
}

export function Table({ table }: { table: TableData }) {
  const t = useStrings();
  const scroll = useRef<HTMLDivElement>(null);
  const [pressed, setPressed] = useState("");
  const many = table.rows.length > MANY;
  const reached = useSideways(scroll) || many;
  const virtual = useVirtualizer({
    count: many ? table.rows.length : 0, getScrollElement: () => scroll.current, estimateSize: () => ROW_HEIGHT, overscan: 12,
  });
  const last = table.hasCommands && table.commands === null;
  const width = table.columns.length + (table.naming === null ? 1 : 0) + (last ? 1 : 0);
  const shown = many ? virtual.getVirtualItems().map((item) => item.index) : table.rows.map((_, index) => index);
  const first = shown[0] ?? 0;
  const above = many ? first * ROW_HEIGHT : 0;
  const below = many ? (table.rows.length - 1 - (shown[shown.length - 1] ?? 0)) * ROW_HEIGHT : 0;
  return (
    <div className={many ? "table-frame many" : "table-frame"} ref={scroll} tabIndex={reached ? 0 : undefined} role={reached ? "region" : undefined} aria-label={reached ? t("rows", { count: table.rows.length }) : undefined}>
      <table className="table" data-table={table.id} aria-rowcount={many ? table.rows.length + 1 : undefined}>
        <thead>
          <tr>
            {table.naming === null && <th scope="col">{t("name")}</th>}
            {table.columns.map((column) => <th key={column.key} data-id={column.id} scope="col" lang={column.lang}>{column.label}</th>)}
            {last && <th scope="col"><span className="unseen">{t("actions")}</span></th>}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr aria-hidden style={{ height: above }}><td colSpan={width} /></tr>}
          {shown.map((index) => {
            const row = table.rows[index];
            // Names need not be unique in Azure's lists (a deployment has resources of one name), so the place counts, too.
            return row && <Row key={`${row.id} ${index}`} row={row} table={table} last={last} pressed={pressed === row.id} onPress={() => setPressed(row.id)} index={many ? index + 2 : undefined} />;
          })}
          {below > 0 && <tr aria-hidden style={{ height: below }}><td colSpan={width} /></tr>}
          {table.rows.length === 0 && <tr><td colSpan={width} className="quiet">{t("noRows")}</td></tr>}
        </tbody>
      </table>
      {table.rows.length > 20 && <div className="table-foot quiet">{t("rows", { count: table.rows.length })}</div>}
    </div>
  );
}
