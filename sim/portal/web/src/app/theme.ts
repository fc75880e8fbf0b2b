import { createDarkTheme, createLightTheme, type BrandVariants } from "@fluentui/react-components";
import { useEffect, useState } from "react";
import { type Theme, useStore } from "../live/store";

/** The blue that Azure's users know, around #0078d4. */
const blue: BrandVariants = {
  10: "#001526", 20: "#00223d", 30: "#002f55", 40: "#003d6d", 50: "#004a86", 60: "#00589f", 70: "#0066b4", 80: "#0070c6",
  90: "#0078d4", 100: "#2b8ade", 110: "#479ce6", 120: "#60adee", 130: "#7abef4", 140: "#95cdf8", 150: "#b1dcfb", 160: "#cfebfe",
};

const fontFamilyBase = "'Segoe UI', 'Segoe UI Web (West European)', system-ui, -apple-system, Roboto, 'Noto Sans', sans-serif";

export const light = { ...createLightTheme(blue), fontFamilyBase };
export const dark = { ...createDarkTheme(blue), fontFamilyBase, colorBrandForeground1: "#60adee", colorBrandForegroundLink: "#60adee", colorBrandForegroundLinkHover: "#7abef4", colorCompoundBrandForeground1: "#60adee" };

const KEPT = "azlab.theme";

export function keepTheme(theme: Theme): void {
  localStorage.setItem(KEPT, theme);
  useStore.setState({ theme });
}

export function restoreTheme(): void {
  const kept = localStorage.getItem(KEPT);
  if (kept === "light" || kept === "dark") useStore.setState({ theme: kept });
}

function useSystemDark(): boolean {
  const query = window.matchMedia("(prefers-color-scheme: dark)");
  const [is, setIs] = useState(query.matches);
  useEffect(() => {
    const heard = () => setIs(query.matches);
    query.addEventListener("change", heard);
    return () => query.removeEventListener("change", heard);
  });
  return is;
}

export function useDark(): boolean {
  const theme = useStore((state) => state.theme);
  const system = useSystemDark();
  return theme === "dark" || (theme === "system" && system);
}
