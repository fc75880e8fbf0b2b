import { lazy, type ComponentType } from "react";
import { Any } from "../page/Controls";
import type { Control } from "../protocol";
import { Deployment } from "./deployment/Deployment";
import { Files } from "./files/Files";

// Components by the name that a view gives them. What is heavy is fetched when it is first needed.

type Drawn = ComponentType<{ control: Control }>;

const drawn: Record<string, Drawn> = {
  files: Files,
  deployment: Deployment,
  editor: lazy(() => import("./editor/Editor")),
  terminal: lazy(() => import("./terminal/Terminal")),
  notebook: lazy(() => import("./notebook/Notebook")),
  chart: lazy(() => import("./chart/Chart")),
};

export default function Component({ control }: { control: Control }) {
  const Drawn = drawn[control.format ?? ""];
  if (Drawn !== undefined) return <Drawn control={control} />;
  return <>{(control.children ?? []).map((one) => <Any key={one.id} control={one} />)}</>;
}
