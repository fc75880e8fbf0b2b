import { useEffect, useState } from "react";
import { durationOf } from "../../app/format";
import { act, ask } from "../../live/live";
import { useStore } from "../../live/store";
import { StateText } from "../../page/Controls";
import type { Control } from "../../protocol";
import { useStrings } from "../../strings/strings";
import { detailsOf, type Operation } from "./details";

/** The view has a row for each resource, too, which leads to it. */
function Name({ control, operation, name }: { control: Control; operation: string; name: string }) {
  const row = (control.children ?? []).find((one) => one.kind === "row" && one.id.endsWith(`/${operation}`));
  if (row === undefined) return <>{name}</>;
  return <button type="button" className="row-name" data-id={row.id} onClick={() => void act("click", row.id)}>{name}</button>;
}

/** Each resource of a deployment, its state, its time, and its error with code and details, while it goes on. */
export function Deployment({ control }: { control: Control }) {
  const t = useStrings();
  const language = useStore((state) => state.language);
  // The view is a new one whenever something changed in Azure: then the operations are read again.
  const view = useStore((state) => state.view);
  const id = control.value ?? "";
  const [operations, setOperations] = useState<Operation[]>([]);
  useEffect(() => {
    if (id === "") return undefined;
    let gone = false;
    void ask("get", { url: `https://management.azure.com${id}/operations?api-version=2021-04-01` }).then((answer) => {
      const list = (answer.body as { value?: Operation[] } | null)?.value;
      if (!gone && Array.isArray(list)) setOperations(list.filter((one) => one.properties?.targetResource));
    }).catch(() => undefined);
    return () => { gone = true; };
  }, [id, view]);
  return (
    <section className="deployment" data-id={control.id} aria-label={control.label}>
      {operations.length === 0 ? <p className="quiet">{t("deploymentNone")}</p> : (
        <div className="table-frame">
          <table className="table">
            <thead><tr><th scope="col">{t("resource")}</th><th scope="col">{t("resourceType")}</th><th scope="col">{t("state")}</th><th scope="col">{t("duration")}</th><th scope="col">{t("details")}</th></tr></thead>
            <tbody>
              {operations.map(({ operationId, properties }) => (
                <tr key={operationId} className="row-still">
                  <td><Name control={control} operation={operationId} name={properties.targetResource?.resourceName ?? ""} /></td>
                  <td>{properties.targetResource?.resourceType}</td>
                  <td><StateText status={{ id: `${control.id}/${operationId}`, kind: "status", label: "", value: properties.provisioningState ?? "", busy: properties.provisioningState === "Running" }} /></td>
                  <td>{properties.duration === undefined ? "" : durationOf(properties.duration, language)}</td>
                  <td>
                    {properties.statusCode !== undefined && <span>{properties.statusCode}</span>}
                    {detailsOf(properties.statusMessage).map((one, index) => (
                      <p key={index} className="wrong" style={{ marginInlineStart: one.depth * 16 }}><strong>{one.code}</strong> {one.message}</p>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
