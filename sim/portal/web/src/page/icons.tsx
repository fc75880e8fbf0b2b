import { AddRegular } from "@fluentui/react-icons/svg/add";
import { ArrowClockwiseRegular } from "@fluentui/react-icons/svg/arrow-clockwise";
import { ArrowDownloadRegular } from "@fluentui/react-icons/svg/arrow-download";
import { ArrowUploadRegular } from "@fluentui/react-icons/svg/arrow-upload";
import { AlertRegular } from "@fluentui/react-icons/svg/alert";
import { AppsListRegular } from "@fluentui/react-icons/svg/apps-list";
import { BoxRegular } from "@fluentui/react-icons/svg/box";
import { BranchForkRegular } from "@fluentui/react-icons/svg/branch-fork";
import { CubeRegular } from "@fluentui/react-icons/svg/cube";
import { DatabaseRegular } from "@fluentui/react-icons/svg/database";
import { DataUsageRegular } from "@fluentui/react-icons/svg/data-usage";
import { DeleteRegular } from "@fluentui/react-icons/svg/delete";
import { DesktopRegular } from "@fluentui/react-icons/svg/desktop";
import { DismissRegular } from "@fluentui/react-icons/svg/dismiss";
import { BeakerRegular } from "@fluentui/react-icons/svg/beaker";
import { EditRegular } from "@fluentui/react-icons/svg/edit";
import { GlobeRegular } from "@fluentui/react-icons/svg/globe";
import { HistoryRegular } from "@fluentui/react-icons/svg/history";
import { HomeRegular } from "@fluentui/react-icons/svg/home";
import { KeyRegular } from "@fluentui/react-icons/svg/key";
import { LockClosedRegular } from "@fluentui/react-icons/svg/lock-closed";
import { NotebookRegular } from "@fluentui/react-icons/svg/notebook";
import { OpenRegular } from "@fluentui/react-icons/svg/open";
import { PersonRegular } from "@fluentui/react-icons/svg/person";
import { PlayRegular } from "@fluentui/react-icons/svg/play";
import { SaveRegular } from "@fluentui/react-icons/svg/save";
import { ServerRegular } from "@fluentui/react-icons/svg/server";
import { SettingsRegular } from "@fluentui/react-icons/svg/settings";
import { StopRegular } from "@fluentui/react-icons/svg/stop";
import { TableRegular } from "@fluentui/react-icons/svg/table";
import { TagRegular } from "@fluentui/react-icons/svg/tag";
import { WindowConsoleRegular } from "@fluentui/react-icons/svg/window-console";
import type { Control } from "../protocol";

// Pictures are chosen by the English words of a label, as the person reads them; a label without a picture has none.
const pictures: [RegExp, typeof AddRegular][] = [
  [/^(close|cancel|dismiss)\b/i, DismissRegular],
  [/refresh/i, ArrowClockwiseRegular],
  [/restart/i, ArrowClockwiseRegular],
  [/delete|remove/i, DeleteRegular],
  [/download/i, ArrowDownloadRegular],
  [/upload/i, ArrowUploadRegular],
  [/terminal|cloud shell|console/i, WindowConsoleRegular],
  [/^\+|create|^add|^new\b/i, AddRegular],
  [/save/i, SaveRegular],
  [/^(start|run)\b/i, PlayRegular],
  [/^stop\b/i, StopRegular],
  [/^edit|editor|rename/i, EditRegular],
  [/launch|go to|open/i, OpenRegular],
  [/home/i, HomeRegular],
  [/notebook/i, NotebookRegular],
  [/notification|alert/i, AlertRegular],
  [/activity|history/i, HistoryRegular],
  [/access|identity|person/i, PersonRegular],
  [/tag|label/i, TagRegular],
  [/lock/i, LockClosedRegular],
  [/subscription|key/i, KeyRegular],
  [/network|endpoint/i, GlobeRegular],
  [/propert|setting|manage/i, SettingsRegular],
  [/resource group/i, BoxRegular],
  [/all resources|overview/i, AppsListRegular],
  [/quota/i, DataUsageRegular],
  [/machine learning/i, BeakerRegular],
  [/data|storage/i, DatabaseRegular],
  [/job|automated/i, BeakerRegular],
  [/pipeline|designer|flow/i, BranchForkRegular],
  [/compute|virtual machine/i, DesktopRegular],
  [/environment|service/i, ServerRegular],
  [/model|component/i, CubeRegular],
  [/view|column/i, TableRegular],
];

export function iconOf(control: Control): JSX.Element | undefined {
  const words = control.labelEn ?? control.label;
  const Picture = pictures.find(([pattern]) => pattern.test(words))?.[1];
  return Picture === undefined ? undefined : <Picture aria-hidden />;
}
