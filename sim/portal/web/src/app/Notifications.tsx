import { Button, CounterBadge, Popover, PopoverSurface, PopoverTrigger, Spinner } from "@fluentui/react-components";
import { AlertRegular } from "@fluentui/react-icons/svg/alert";
import { CheckmarkCircleFilled } from "@fluentui/react-icons/svg/checkmark-circle";
import { ErrorCircleFilled } from "@fluentui/react-icons/svg/error-circle";
import { InfoFilled } from "@fluentui/react-icons/svg/info";
import { useStore } from "../live/store";
import type { Notification } from "../protocol";
import { type Key, useStrings } from "../strings/strings";
import { timeOf } from "./format";

const words: Record<Notification["state"], Key> = { running: "stateRunning", done: "stateDone", failed: "stateFailed", info: "stateInfo" };

function Picture({ state }: { state: Notification["state"] }) {
  if (state === "running") return <Spinner size="extra-tiny" aria-hidden />;
  if (state === "done") return <CheckmarkCircleFilled className="good" aria-hidden />;
  return state === "failed" ? <ErrorCircleFilled className="bad" aria-hidden /> : <InfoFilled className="told" aria-hidden />;
}

export function Notifications() {
  const t = useStrings();
  const { notifications, unseen, language } = useStore();
  return (
    <Popover positioning="below-end" trapFocus onOpenChange={(_, data) => { if (data.open) useStore.setState({ unseen: 0 }); }}>
      <PopoverTrigger disableButtonEnhancement>
        <Button className="on-bar bell" appearance="subtle" icon={<AlertRegular />} aria-label={unseen > 0 ? t("notificationsNew", { count: unseen }) : t("notifications")}>
          {unseen > 0 && <CounterBadge size="medium" color="danger" count={unseen} />}
        </Button>
      </PopoverTrigger>
      <PopoverSurface className="notifications" aria-label={t("notifications")} tabIndex={-1}>
        <h2>{t("notifications")}</h2>
        {notifications.length === 0 && <p className="quiet">{t("notificationsNone")}</p>}
        <ul>
          {notifications.map((one) => (
            <li key={one.id}>
              <Picture state={one.state} />
              <div><strong>{one.title}</strong> <span className="unseen">{t(words[one.state])}</span><p>{one.text}</p><time className="quiet" dateTime={one.at}>{timeOf(one.at, language)}</time></div>
            </li>
          ))}
        </ul>
      </PopoverSurface>
    </Popover>
  );
}
