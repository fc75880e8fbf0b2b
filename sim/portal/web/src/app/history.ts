import { useEffect, useRef } from "react";
import { useLocation, useNavigate, useNavigationType } from "react-router-dom";
import { act, keepAddress } from "../live/live";
import { useStore } from "../live/store";

/** The simulated address in the browser's own URL: /?open=https://portal.azure.com/... */
export function openOf(search: string): string | undefined {
  return new URLSearchParams(search).get("open") ?? undefined;
}

export function searchFor(search: string, address: string): string {
  const query = new URLSearchParams(search);
  if (address === "") query.delete("open");
  else query.set("open", address);
  // Addresses stay readable; what would end the value is escaped.
  const text = [...query].map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/%(2F|3A|24|40|2C)/g, (whole) => decodeURIComponent(whole))}`).join("&");
  return text === "" ? "" : `?${text}`;
}

/** The browser's URL follows the page, and its back and forward open the address that stands there. A dialog has no
 *  address of its own: going back from it closes it. */
export function useHistoryOfPages(): void {
  const location = useLocation();
  const navigate = useNavigate();
  const how = useNavigationType();
  const address = useStore((state) => state.view?.address ?? "");
  const screen = useStore((state) => state.view?.screen ?? "");
  const dialog = useStore((state) => state.view?.dialog ?? false);
  const first = useRef(true);
  const at = useRef(location.key);

  useEffect(() => {
    if (screen === "" || dialog) return;
    if (address === "") {
      // A page without an address stands on top of the last one that has: going back opens that.
      if (window.location.hash !== `#${screen}`) navigate({ search: window.location.search, hash: screen }, { replace: first.current });
      first.current = false;
      return;
    }
    keepAddress(address);
    const search = searchFor(window.location.search, address);
    if (search !== window.location.search || window.location.hash !== "") navigate({ search }, { replace: first.current });
    first.current = false;
  }, [address, screen, dialog, navigate]);

  useEffect(() => {
    if (location.key === at.current) return;
    at.current = location.key;
    if (how !== "POP") return;
    const state = useStore.getState();
    if (state.view?.dialog) void act("cancel");
    const wanted = openOf(location.search);
    if (wanted !== undefined && wanted !== state.view?.address) void act("open", "", wanted);
  }, [location, how]);
}
