import { Button } from "@fluentui/react-components";
import { ArrowUploadRegular } from "@fluentui/react-icons/svg/arrow-upload";
import { type MutableRefObject, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { useStrings } from "../strings/strings";
import { uploadFile } from "./transfer";

export interface Chooser { files(): void; folder(): void }

interface Props {
  folder: string;
  dropOn: RefObject<HTMLElement>;
  done?(): void;
  /** Opens the browser's choice of files or of a folder for somebody else's button. */
  chooser?: MutableRefObject<Chooser | null>;
}

/** A button and a place to drop files on; both write to `folder`. */
export function Uploads({ folder, dropOn, done, chooser }: Props) {
  const t = useStrings();
  const input = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);
  const [told, setTold] = useState("");

  const take = useCallback(async (files: File[]) => {
    for (const file of files) {
      setTold(t("uploading", { name: file.name }));
      try {
        // Of a folder each file says where in it it lies.
        const name = file.webkitRelativePath === "" ? file.name : file.webkitRelativePath;
        await uploadFile(folder === "" ? name : `${folder}/${name}`, file);
        setTold("");
      } catch (error) {
        setTold(t("uploadFailed", { name: file.name, why: error instanceof Error ? error.message : String(error) }));
      }
    }
    done?.();
  }, [folder, done, t]);

  useEffect(() => {
    const place = dropOn.current;
    if (place === null) return undefined;
    const over = (event: DragEvent) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); };
    const drop = (event: DragEvent) => {
      if (event.dataTransfer === null || event.dataTransfer.files.length === 0) return;
      event.preventDefault();
      void take([...event.dataTransfer.files]);
    };
    place.addEventListener("dragover", over);
    place.addEventListener("drop", drop);
    return () => {
      place.removeEventListener("dragover", over);
      place.removeEventListener("drop", drop);
    };
  }, [dropOn, take]);

  useEffect(() => {
    folderInput.current?.setAttribute("webkitdirectory", "");
    if (chooser === undefined) return undefined;
    chooser.current = { files: () => input.current?.click(), folder: () => folderInput.current?.click() };
    return () => { chooser.current = null; };
  }, [chooser]);

  const chosen = (event: React.ChangeEvent<HTMLInputElement>) => {
    void take([...(event.target.files ?? [])]);
    event.target.value = "";
  };
  return (
    <span className="uploads">
      <Button size="small" appearance="subtle" icon={<ArrowUploadRegular />} title={t("uploadHere", { folder })} onClick={() => input.current?.click()}>{t("upload")}</Button>
      <input ref={input} type="file" multiple hidden aria-label={t("upload")} onChange={chosen} />
      {chooser !== undefined && <input ref={folderInput} type="file" hidden aria-label={t("uploadFolder")} onChange={chosen} />}
      {told !== "" && <span role="status" className="quiet">{told}</span>}
    </span>
  );
}
