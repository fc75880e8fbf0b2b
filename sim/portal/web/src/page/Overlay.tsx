import {
  Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DrawerBody, DrawerFooter, DrawerHeader, DrawerHeaderTitle, OverlayDrawer,
} from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons/svg/dismiss";
import { useEffect } from "react";
import { act } from "../live/live";
import type { Control, View } from "../protocol";
import { useStrings } from "../strings/strings";
import { Any } from "./Controls";
import { layoutOf } from "./layout";
import { Contents, Footer, Notices } from "./Page";

/** Forms of steps, and long ones, come from the side, as in Azure; the rest lies in the middle. */
const LONG = 6;

/** The first thing that is left to fill in has the focus, rather than the corner's button. */
function useFirstField(): void {
  useEffect(() => {
    const later = setTimeout(() => {
      const fields = [...document.querySelectorAll<HTMLInputElement | HTMLButtonElement>("[role=dialog] :is(.field, .toggle) :is(input, button)")];
      (fields.find((one) => one.matches("input[type=text]") && one.value === "") ?? fields[0])?.focus();
    }, 60);
    return () => clearTimeout(later);
  }, []);
}

/** A dialog of the page: it keeps the focus, and Escape is the session's cancel. */
export function Overlay({ view }: { view: View }) {
  const t = useStrings();
  const layout = layoutOf(view);
  useFirstField();
  const closers = layout.commands.filter((one) => one.kind === "icon" && /^close|^fermer/i.test(one.labelEn ?? one.label));
  const inner = { ...layout, commands: layout.commands.filter((one) => !closers.includes(one) && one.kind !== "button") };
  const buttons = layout.commands.filter((one) => one.kind === "button");
  const cancel = () => void act("cancel");
  const corner = closers[0] === undefined
    ? <Button appearance="subtle" icon={<DismissRegular />} aria-label={t("close")} onClick={cancel} />
    : <CloseBy control={closers[0]} />;
  if (layout.steps.length > 0 || layout.work.length > 0 || layout.blocks.length > LONG) {
    return (
      <OverlayDrawer open modalType="modal" position="end" size="large" className="side" aria-labelledby="overlay-title" onOpenChange={(_, data) => { if (!data.open) cancel(); }}>
        <DrawerHeader><DrawerHeaderTitle heading={{ id: "overlay-title" }} action={corner}>{view.title}</DrawerHeaderTitle></DrawerHeader>
        <DrawerBody><Notices view={view} /><Contents layout={inner} /></DrawerBody>
        <DrawerFooter><Footer layout={layout} commit={view.commit} />{buttons.map((one) => <Any key={one.id} control={one} />)}</DrawerFooter>
      </OverlayDrawer>
    );
  }
  return (
    <Dialog open modalType="modal" onOpenChange={(_, data) => { if (!data.open) cancel(); }}>
      <DialogSurface className="middle">
        <form onSubmit={(event) => {
          event.preventDefault();
          const commit = layout.footer.find((one) => one.id === view.commit);
          if (commit !== undefined) void act("click", commit.id);
        }}>
          <DialogBody>
            <DialogTitle action={corner}>{view.title}</DialogTitle>
            <DialogContent><Notices view={view} /><Contents layout={inner} /></DialogContent>
            <DialogActions><Footer layout={layout} commit={view.commit} />{buttons.map((one) => <Any key={one.id} control={one} look="primary" />)}</DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

function CloseBy({ control }: { control: Control }) {
  return <Button data-id={control.id} appearance="subtle" icon={<DismissRegular />} aria-label={control.label} onClick={() => void act("click", control.id)} />;
}
