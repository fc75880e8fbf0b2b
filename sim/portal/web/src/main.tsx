import { Component, type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router-dom";
import { App, Broken } from "./app/App";
import { openOf } from "./app/history";
import { restoreTheme } from "./app/theme";
import { chosenLanguage, startLive } from "./live/live";
import { tellDrivers } from "./live/shown";
import { useStore } from "./live/store";
import { bestLanguage, languages, loadStrings } from "./strings/strings";
import "./styles/app.css";
import "./styles/page.css";
import "./styles/site.css";
import "./styles/components.css";

class Guard extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  override render() {
    return this.state.error === null ? this.props.children : <Broken error={this.state.error} />;
  }
}

const query = new URLSearchParams(location.search);
const asked = query.get("l") ?? chosenLanguage();
const language = bestLanguage(asked === null ? navigator.languages : [asked], Object.keys(languages));
useStore.setState({ language });
restoreTheme();
tellDrivers();

const socket = new URL("/live", location.origin);
socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";
startLive(() => new WebSocket(socket), { language, address: openOf(location.search) });

const root = document.getElementById("root");
if (root !== null) {
  void loadStrings(language).then(() => createRoot(root).render(
    <StrictMode><Guard><BrowserRouter future={{ v7_startTransition: true, v7_relativeSplatPath: true }}><App /></BrowserRouter></Guard></StrictMode>,
  ));
}
