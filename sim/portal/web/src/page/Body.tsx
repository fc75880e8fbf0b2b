import { Toolbar } from "@fluentui/react-components";
import type { Control } from "../protocol";
import { useStrings } from "../strings/strings";
import { Any, LinkTo, StateText } from "./Controls";
import type { Body as BodyData } from "./layout";
import { Table } from "./Table";
import { type Block, langOf } from "./tables";

export function CommandBar({ commands }: { commands: Control[] }) {
  const t = useStrings();
  if (commands.length === 0) return null;
  return (
    <Toolbar aria-label={t("commands")} className="command-bar">
      {commands.map((one) => <Any key={one.id} control={one} look="command" />)}
    </Toolbar>
  );
}

/** Neighbours of a kind stand together: properties as a list of pairs, links and buttons in a line. */
type Group = { kind: "status" | "link" | "press" | "one"; blocks: Block[] };

function groupKind(block: Block): Group["kind"] {
  if (block.kind === "table") return "one";
  const kind = block.control.kind;
  if (kind === "status" || kind === "link") return kind;
  return kind === "button" || kind === "icon" || kind === "menu" ? "press" : "one";
}

function groupsOf(blocks: Block[]): Group[] {
  const groups: Group[] = [];
  for (const block of blocks) {
    const kind = groupKind(block);
    const before = groups[groups.length - 1];
    if (before !== undefined && before.kind === kind && kind !== "one") before.blocks.push(block);
    else groups.push({ kind, blocks: [block] });
  }
  return groups;
}

const controlsOf = (blocks: Block[]) => blocks.flatMap((block) => (block.kind === "control" ? [block.control] : []));

function Properties({ list }: { list: Control[] }) {
  const t = useStrings();
  return (
    <dl className="properties" aria-label={t("properties")}>
      {list.map((one) => (
        <div key={one.id} className="property">
          <dt lang={langOf(one)}>{one.label}</dt>
          <dd><StateText status={one} /></dd>
        </div>
      ))}
    </dl>
  );
}

function GroupOf({ group, alone }: { group: Group; alone: boolean }) {
  const list = controlsOf(group.blocks);
  if (group.kind === "status") return <Properties list={list} />;
  if (group.kind === "link") {
    return <ul className={alone ? "tiles" : "links"}>{list.map((one) => <li key={one.id}><LinkTo control={one} picture={alone} /></li>)}</ul>;
  }
  if (group.kind === "press") return <div className="pressed">{list.map((one) => <Any key={one.id} control={one} />)}</div>;
  return group.blocks.map((block) => block.kind === "table"
    ? <Table key={block.table.id} table={block.table} />
    : <Any key={block.control.id} control={block.control} />);
}

export function Body({ body }: { body: BodyData }) {
  const groups = groupsOf(body.blocks);
  return (
    <>
      <CommandBar commands={body.commands} />
      {groups.map((group, index) => <GroupOf key={index} group={group} alone={groups.length === 1} />)}
    </>
  );
}
